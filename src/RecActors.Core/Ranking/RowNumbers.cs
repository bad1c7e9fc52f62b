using System.Numerics;

namespace RecActors.Ranking;

/// <summary>
/// Numbers of the rows that one query names: an open-addressing table as large as they are many, so that it stays in the fastest cache however many
/// rows the catalog has. Forgets at once. Not safe for concurrent use.
/// </summary>
internal sealed class RowNumbers
{
    private const int LeastPlaces = 2_048;

    /// <summary>2³² by the golden ratio: neighbouring rows are spread evenly (Knuth, "The Art of Computer Programming", volume 3, 6.4).</summary>
    private const uint Golden = 2_654_435_769;

    /// <summary>The generation in the upper half, the row in the lower; of an older generation, a free place.</summary>
    private ulong[] _rows = new ulong[LeastPlaces];

    private int[] _numbers = new int[LeastPlaces];
    private uint _generation = 1;
    private int _count;

    /// <summary>Forgets every row.</summary>
    public void Reset()
    {
        _count = 0;
        if (++_generation == 0)
        {
            Array.Clear(_rows);
            _generation = 1;
        }
    }

    public bool TryGet(int row, out int number)
    {
        var place = PlaceOf(row);
        var found = IsTaken(place);
        number = found ? _numbers[place] : -1;
        return found;
    }

    /// <summary>The row's number; one that has none is given this.</summary>
    public int GetOrAdd(int row, int number)
    {
        if (2 * (_count + 1) > _rows.Length)
        {
            Grow();
        }

        var place = PlaceOf(row);
        if (IsTaken(place))
        {
            return _numbers[place];
        }

        _count++;
        (_rows[place], _numbers[place]) = (KeyOf(row), number);
        return number;
    }

    private ulong KeyOf(int row) => ((ulong)_generation << 32) | (uint)row;

    private bool IsTaken(int place) => (uint)(_rows[place] >> 32) == _generation;

    /// <summary>Where the row is, or would be.</summary>
    private int PlaceOf(int row)
    {
        var (rows, key) = (_rows, KeyOf(row));
        var place = (int)(((uint)row * Golden) >> (32 - BitOperations.Log2((uint)rows.Length)));
        while (rows[place] != key && (uint)(rows[place] >> 32) == _generation)
        {
            place = (place + 1) & (rows.Length - 1);
        }

        return place;
    }

    private void Grow()
    {
        var (rows, numbers) = (_rows, _numbers);
        (_rows, _numbers) = (new ulong[2 * rows.Length], new int[2 * rows.Length]);
        for (var from = 0; from < rows.Length; from++)
        {
            if ((uint)(rows[from] >> 32) == _generation)
            {
                var place = PlaceOf((int)(uint)rows[from]);
                (_rows[place], _numbers[place]) = (rows[from], numbers[from]);
            }
        }
    }
}
