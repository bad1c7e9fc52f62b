namespace RecActors.Catalog;

/// <summary>
/// A list that grows by chunks which never move: one writer at a time, any number of readers without a lock. An element
/// below <see cref="Count"/> is visible to every reader of that count.
/// </summary>
internal sealed class AppendOnlyList<T>
    where T : class
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;
    private const int ChunkMask = ChunkSize - 1;

    private T[][] _chunks = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The element, below <see cref="Count"/>. Writes replace it at once for every reader.</summary>
    public T this[int index]
    {
        get => Volatile.Read(ref SlotOf(index));
        set => Volatile.Write(ref SlotOf(index), value);
    }

    /// <summary>Appends and returns the index.</summary>
    public int Add(T value)
    {
        var index = _count;
        if (index >> ChunkBits == _chunks.Length)
        {
            Volatile.Write(ref _chunks, [.. _chunks, new T[ChunkSize]]);
        }

        _chunks[index >> ChunkBits][index & ChunkMask] = value;
        Volatile.Write(ref _count, index + 1);
        return index;
    }

    private ref T SlotOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Volatile.Read(ref _count), nameof(index));
        return ref Volatile.Read(ref _chunks)[index >> ChunkBits][index & ChunkMask];
    }
}
