namespace RecActors.ItemToItem;

/// <summary>A value per row in blocks that never move, so that readers need no lock while rows are added.</summary>
internal sealed class RowBlocks<T>
{
    private const int BlockBits = 10;
    private const int BlockMask = (1 << BlockBits) - 1;

    private readonly Lock _growth = new();
    private T[]?[] _blocks = [];

    /// <summary>Rows below it may have been written.</summary>
    public int Capacity => Volatile.Read(ref _blocks).Length << BlockBits;

    /// <summary>The row's value; the default when it was never written.</summary>
    public T? Get(int row)
    {
        var blocks = Volatile.Read(ref _blocks);
        var index = row >> BlockBits;
        return (uint)index < (uint)blocks.Length && Volatile.Read(ref blocks[index]) is { } block ? block[row & BlockMask] : default;
    }

    /// <summary>The row's place for writing. Writers of one row exclude one another.</summary>
    public ref T Slot(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        var blocks = Volatile.Read(ref _blocks);
        var index = row >> BlockBits;
        var block = index < blocks.Length ? Volatile.Read(ref blocks[index]) : null;
        return ref (block ?? Grow(index))[row & BlockMask];
    }

    private T[] Grow(int index)
    {
        lock (_growth)
        {
            if (index >= _blocks.Length)
            {
                var blocks = new T[]?[index + 1 + (index / 2)];
                _blocks.CopyTo(blocks, 0);
                Volatile.Write(ref _blocks, blocks);
            }

            var block = _blocks[index];
            if (block is null)
            {
                block = new T[1 << BlockBits];
                Volatile.Write(ref _blocks[index], block);
            }

            return block;
        }
    }
}
