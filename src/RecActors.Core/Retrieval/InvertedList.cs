using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RecActors.Hardware;

namespace RecActors.Retrieval;

/// <summary>
/// The rows of one cluster, contiguous: codes in tiles, scales, lengths, row numbers. One writer at a time; readers without a lock see a row
/// when it is complete, and a removed one until they look at its number.
/// </summary>
internal sealed class InvertedList
{
    /// <summary>The number of a row that is gone.</summary>
    public const int Tombstone = -1;

    /// <summary>Rows that are asked for ahead: most lists have not many more, and the rest of a longer one comes by itself.</summary>
    private const int PrefetchedRows = 256;

    private readonly byte[] _codes;
    private readonly int _dimensions;
    private int _count;

    public InvertedList(int dimensions, int capacity)
    {
        _dimensions = dimensions;
        Capacity = (capacity + CodeTiles.Rows - 1) / CodeTiles.Rows * CodeTiles.Rows;
        _codes = new byte[Capacity * CodeTiles.BytesOf(dimensions)];
        Rows = new int[Capacity];
        Scales = new float[Capacity];
        Lengths = new float[Capacity];
    }

    /// <summary>Rows there is room for, in whole tiles.</summary>
    public int Capacity { get; }

    /// <summary>Places in use, tombstones among them.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Tombstones; for the writer.</summary>
    public int Removed { get; private set; }

    public byte[] Codes => _codes;

    /// <summary>Row numbers by place.</summary>
    public int[] Rows { get; }

    /// <summary>Scales of the codes by place.</summary>
    public float[] Scales { get; }

    /// <summary>Lengths of the encoded vectors by place.</summary>
    public float[] Lengths { get; }

    /// <summary>The largest scale and length that there has been: no row's score is further off than theirs would be.</summary>
    public (float Scale, float Length) Largest { get; private set; }

    /// <summary>
    /// Asks for what a search will read, while another list is looked at; a hint. Lists lie anywhere in memory, and a processor notices by itself only after some lines
    /// that one is read from its begin to its end.
    /// </summary>
    public void Prefetch()
    {
        var count = Math.Min((Count + CodeTiles.Rows - 1) / CodeTiles.Rows * CodeTiles.Rows, PrefetchedRows);
        Prefetch(ref MemoryMarshal.GetArrayDataReference(Codes), count * CodeTiles.BytesOf(_dimensions));
        Prefetch(ref Unsafe.As<float, byte>(ref MemoryMarshal.GetArrayDataReference(Scales)), count * sizeof(float));
        Prefetch(ref Unsafe.As<float, byte>(ref MemoryMarshal.GetArrayDataReference(Lengths)), count * sizeof(float));
        Prefetch(ref Unsafe.As<int, byte>(ref MemoryMarshal.GetArrayDataReference(Rows)), count * sizeof(int));
    }

    /// <summary>Asks for what <see cref="Prefetch()"/> must know; a hint.</summary>
    public void PrefetchFields()
    {
        CacheHint.Read(in _codes);
        CacheHint.Read(in _count);
    }

    private static void Prefetch(ref byte from, int bytes)
    {
        for (var place = 0; place < bytes; place += CacheHint.Line)
        {
            CacheHint.Read(ref Unsafe.Add(ref from, place));
        }
    }

    /// <summary>Adds a row; there must be room.</summary>
    public void Append(int row, ReadOnlySpan<float> vector, float length)
    {
        var place = _count;
        Scales[place] = CodeTiles.Encode(vector, Codes, place);
        Lengths[place] = length;
        Largest = (Math.Max(Largest.Scale, Scales[place]), Math.Max(Largest.Length, length));
        Rows[place] = row;
        Volatile.Write(ref _count, place + 1);
    }

    /// <summary>Marks the row as gone; false when it is not here.</summary>
    public bool Remove(int row)
    {
        var place = Rows.AsSpan(0, _count).IndexOf(row);
        if (place < 0)
        {
            return false;
        }

        Volatile.Write(ref Rows[place], Tombstone);
        Removed++;
        return true;
    }

    /// <summary>A copy without tombstones, with room for some more.</summary>
    public InvertedList Compact()
    {
        var live = _count - Removed;
        var copy = new InvertedList(_dimensions, live + (live / 4) + 1) { Largest = Largest };
        for (var place = 0; place < _count; place++)
        {
            if (Rows[place] != Tombstone)
            {
                var to = copy._count++;
                CodeTiles.Copy(Codes, place, copy.Codes, to, _dimensions);
                (copy.Rows[to], copy.Scales[to], copy.Lengths[to]) = (Rows[place], Scales[place], Lengths[place]);
            }
        }

        return copy;
    }
}
