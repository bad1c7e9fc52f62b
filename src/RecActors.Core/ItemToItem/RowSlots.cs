using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RecActors.ItemToItem;

/// <summary>
/// Numbers the rows that it is asked about, from 0 on in the order in which they come: what is kept by these numbers lies close together, where the rows of a large
/// catalog are all over memory. An open-addressing table of a few times as many places as rows. Not safe for concurrent use.
/// </summary>
internal sealed class RowSlots
{
    private const int LeastPlaces = 1 << 12;

    /// <summary>Places for each row, so that most rows are at the first place that is looked at.</summary>
    private const int PlacesPerRow = 4;

    /// <summary>Where fewer of the places than one in so many are taken, they are emptied one by one.</summary>
    private const int SweptFrom = 16;

    /// <summary>2³² by the golden ratio: neighbouring rows are spread evenly (Knuth, "The Art of Computer Programming", volume 3, 6.4).</summary>
    private const uint Golden = 2_654_435_769;

    /// <summary>The row and 1 in the upper half, its number in the lower; 0 is a free place.</summary>
    private ulong[] _table = new ulong[LeastPlaces];

    private int[] _rows = new int[LeastPlaces / PlacesPerRow];
    private int _shift = 32 - BitOperations.Log2(LeastPlaces);

    /// <summary>Rows that have a number.</summary>
    public int Count { get; private set; }

    /// <summary>Rows there is room for.</summary>
    public int Capacity => _rows.Length;

    /// <summary>The rows by number.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>The number of a row, −1 when it has none.</summary>
    public int NumberOf(int row)
    {
        var place = PlaceOf((uint)row);
        return _table[place] == 0 ? -1 : (int)(uint)_table[place];
    }

    /// <summary>Writes the number of each row, and gives one to those that have none. There must be <see cref="EnsureRoom">room</see>.</summary>
    public void Number(ReadOnlySpan<int> rows, Span<int> numbers)
    {
        // Stands for the checks of what is written by reference below.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Count + rows.Length, _rows.Length, nameof(rows));
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        ref var known = ref MemoryMarshal.GetArrayDataReference(_rows);
        var count = Count;
        for (var i = 0; i < rows.Length; i++)
        {
            // Written in any case, and kept when it is new: a branch here is guessed wrong too often.
            var row = (uint)rows[i];
            ref var entry = ref Unsafe.Add(ref table, PlaceOf(row));
            var isNew = entry == 0;
            var number = isNew ? (uint)count : (uint)entry;
            entry = ((row + 1UL) << 32) | number;
            Unsafe.Add(ref known, count) = (int)row;
            count += isNew ? 1 : 0;
            numbers[i] = (int)number;
        }

        Count = count;
    }

    /// <summary>Makes room for so many rows more.</summary>
    public void EnsureRoom(int more)
    {
        // A row is written behind the last one before it is known to be new.
        var needed = Count + more + 1;
        if (needed <= _rows.Length)
        {
            return;
        }

        var places = (int)BitOperations.RoundUpToPowerOf2((uint)needed * PlacesPerRow);
        Array.Resize(ref _rows, places / PlacesPerRow);
        _table = new ulong[places];
        _shift = 32 - BitOperations.Log2((uint)places);
        for (var number = 0; number < Count; number++)
        {
            _table[PlaceOf((uint)_rows[number])] = (((uint)_rows[number] + 1UL) << 32) | (uint)number;
        }
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        if (Count > _table.Length / SweptFrom)
        {
            Array.Clear(_table);
        }
        else
        {
            // From the last one on: each is then found where it is, for those that it had to pass are still there.
            for (var number = Count - 1; number >= 0; number--)
            {
                _table[PlaceOf((uint)_rows[number])] = 0;
            }
        }

        Count = 0;
    }

    /// <summary>Whether an entry is of another row. One branch, which is seldom taken: whether a place is free cannot be foreseen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsAnother(ulong entry, uint row) => (entry != 0) & ((uint)(entry >> 32) != row + 1);

    /// <summary>Where the row is, or would be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(uint row)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        var place = (int)((row * Golden) >> _shift);
        while (IsAnother(Unsafe.Add(ref table, place), row))
        {
            place = (place + 1) & (_table.Length - 1);
        }

        return place;
    }
}
