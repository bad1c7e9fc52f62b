using RecActors.Hardware;

namespace RecActors.Ranking;

/// <summary>
/// A number per catalog row that can be forgotten at once: for sets and maps of rows that live for one query. Reset costs
/// nothing, a lookup one read; 8 bytes per row. Not safe for concurrent use.
/// </summary>
internal sealed class RowMarks
{
    private long[] _marks = [];
    private int _generation;

    /// <summary>Forgets every mark and makes room for rows below <paramref name="rows"/>.</summary>
    public void Reset(int rows)
    {
        if (_marks.Length < rows)
        {
            // The old marks need not be copied: they are forgotten.
            _marks = new long[Math.Max(rows, _marks.Length * 2)];
        }

        if (++_generation == int.MaxValue)
        {
            Array.Clear(_marks);
            _generation = 1;
        }
    }

    /// <summary>Gives the row a number. Rows the catalog added since the reset are not there yet, and are ignored.</summary>
    public void Set(int row, int value)
    {
        if ((uint)row < (uint)_marks.Length)
        {
            _marks[row] = ((long)_generation << 32) | (uint)value;
        }
    }

    public void Set(int row) => Set(row, 0);

    /// <summary>Asks for a row that will be looked up soon; a hint.</summary>
    public void Prefetch(int row)
    {
        if ((uint)row < (uint)_marks.Length)
        {
            CacheHint.Read(ref _marks[row]);
        }
    }

    public bool Contains(int row) => (uint)row < (uint)_marks.Length && (int)(_marks[row] >> 32) == _generation;

    public bool TryGet(int row, out int value)
    {
        if (Contains(row))
        {
            value = (int)_marks[row];
            return true;
        }

        value = -1;
        return false;
    }
}
