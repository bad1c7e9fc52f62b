using RecActors.Interest;

namespace RecActors.Retrieval;

/// <summary>
/// Vectors by row, each with its squared norm, in blocks. One writer at a time, any number of readers without a lock: a
/// vector is never seen half written, because a row that readers may see is replaced together with its block.
/// A row that was never set, or set to zero, <b>has no vector</b>: it reads as zeros and no search returns it.
/// </summary>
public sealed class VectorTable : IItemVectors
{
    /// <summary>Rows of a block. At 64 dimensions a block is 64 KiB: it fits a core's L2 cache and stays off the large-object heap.</summary>
    internal const int BlockRows = 1 << BlockBits;

    private const int BlockBits = 8;
    private const int BlockMask = BlockRows - 1;

    private readonly Lock _writer = new();
    private readonly float[] _zero;
    private VectorBlock[] _blocks = [];
    private int _count;
    private InvertedFile? _index;

    /// <summary>Rows that were set while an index is built; null at other times.</summary>
    private List<int>? _unindexed;

    /// <summary>An empty table of vectors of <paramref name="dimensions"/> floats (at least 1).</summary>
    public VectorTable(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        Dimensions = dimensions;
        _zero = new float[dimensions];
    }

    /// <summary>Floats of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Rows that readers see: from 0 to below it.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>What finds rows faster than a scan; null until it is built.</summary>
    internal InvertedFile? Index => Volatile.Read(ref _index);

    /// <summary>The vector of a row, zeros when it has none. It never changes: a later <see cref="Set"/> is seen by a later call.</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        return row < Count ? BlockOf(row).Row(row & BlockMask) : _zero;
    }

    /// <summary>The vector of a row and its |v|², of one moment.</summary>
    internal ReadOnlySpan<float> Row(int row, out float squaredNorm)
    {
        if (row >= Count)
        {
            squaredNorm = 0;
            return _zero;
        }

        var block = BlockOf(row);
        squaredNorm = block.SquaredNorm(row & BlockMask);
        return block.Row(row & BlockMask);
    }

    /// <summary>Asks for a row that will be read soon; a hint.</summary>
    internal void Prefetch(int row)
    {
        if (row < Count)
        {
            BlockOf(row).Prefetch(row & BlockMask);
        }
    }

    /// <summary>|v|² of a row, 0 when it has no vector.</summary>
    public float SquaredNorm(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        return row < Count ? BlockOf(row).SquaredNorm(row & BlockMask) : 0;
    }

    /// <summary>True when the row has a vector other than zero.</summary>
    public bool HasVector(int row) => SquaredNorm(row) > 0;

    /// <summary>
    /// Sets the vector of a row, visible at once and as a whole. Rows skipped between <see cref="Count"/> and a higher row read
    /// as zeros. Appending costs the copy of one vector, replacing the copy of a block.
    /// </summary>
    /// <exception cref="ArgumentException">The vector has another number of dimensions or is not finite.</exception>
    public void Set(int row, ReadOnlySpan<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        var squaredNorm = Check(vector);
        lock (_writer)
        {
            Write(row, vector, squaredNorm);
            _unindexed?.Add(row);
            _index?.Update(row);
        }
    }

    /// <summary>
    /// Builds an index of the table, or a new one, and searches by it from then on. The table may change meanwhile and goes on answering as before; one build at a time.
    /// </summary>
    internal InvertedFile BuildIndex(Similarity similarity, IndexOptions options, CancellationToken cancellationToken = default) =>
        Attach(() => InvertedFile.Build(this, similarity, options, cancellationToken))!;

    /// <summary>Searches by an index that was built elsewhere from then on. False, with nothing done, when it knows too few of the rows.</summary>
    /// <param name="similarity">What searches compare by.</param>
    /// <param name="state">The index.</param>
    /// <param name="rows">The row of each vector that it was built of.</param>
    /// <param name="options">What it is measured again by.</param>
    internal bool RestoreIndex(Similarity similarity, InvertedFileState state, int[] rows, IndexOptions options) =>
        Attach(() => InvertedFile.Restore(this, similarity, state, InvertedFile.ListsByRow(state, rows, Count), options)) is not null;

    private InvertedFile? Attach(Func<InvertedFile?> make)
    {
        lock (_writer)
        {
            if (_unindexed is not null)
            {
                throw new InvalidOperationException("An index of the table is being built.");
            }

            _unindexed = [];
        }

        try
        {
            if (make() is not { } index)
            {
                return null;
            }

            lock (_writer)
            {
                foreach (var row in _unindexed.Distinct())
                {
                    index.Update(row);
                }

                Volatile.Write(ref _index, index);
                return index;
            }
        }
        finally
        {
            lock (_writer)
            {
                _unindexed = null;
            }
        }
    }

    /// <summary>Makes room for rows below <paramref name="rows"/>; they are not yet visible.</summary>
    public void EnsureCapacity(int rows)
    {
        var needed = (rows + BlockMask) >> BlockBits;
        if (needed <= _blocks.Length)
        {
            return;
        }

        // At least half as many again, so that appending one row at a time copies each reference a bounded number of times.
        var blocks = new VectorBlock[Math.Max(needed, _blocks.Length + (_blocks.Length / 2))];
        _blocks.CopyTo(blocks, 0);
        for (var index = _blocks.Length; index < blocks.Length; index++)
        {
            blocks[index] = new VectorBlock(Dimensions);
        }

        Volatile.Write(ref _blocks, blocks);
    }

    /// <summary>Sets a row in place, before any reader has the table: <see cref="Publish"/> ends that time.</summary>
    internal void Fill(int row, ReadOnlySpan<float> vector) => _blocks[row >> BlockBits].Set(row & BlockMask, vector, Check(vector));

    /// <summary>Shows rows below <paramref name="rows"/>, which <see cref="EnsureCapacity"/> made room for.</summary>
    internal void Publish(int rows) => Volatile.Write(ref _count, Math.Max(_count, rows));

    /// <summary>
    /// Forgets all rows and keeps their blocks, for an owner who fills the table again and alone has it: readers would not notice.
    /// Memory of blocks is pinned, so that tables that come and go make the collector go through all of the heap.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has an index, or one is being built.</exception>
    internal void Clear()
    {
        lock (_writer)
        {
            if (_index is not null || _unindexed is not null)
            {
                throw new InvalidOperationException("The table is indexed.");
            }

            foreach (var block in _blocks)
            {
                block.Clear();
            }

            Volatile.Write(ref _count, 0);
        }
    }

    /// <summary>The blocks that hold rows below <paramref name="rows"/>, a count read before.</summary>
    internal ReadOnlySpan<VectorBlock> Blocks(int rows) => Volatile.Read(ref _blocks).AsSpan(0, (rows + BlockMask) >> BlockBits);

    private void Write(int row, ReadOnlySpan<float> vector, float squaredNorm)
    {
        EnsureCapacity(row + 1);
        var index = row >> BlockBits;
        if (row < _count)
        {
            var block = _blocks[index].Clone();
            block.Set(row & BlockMask, vector, squaredNorm);
            Volatile.Write(ref _blocks[index], block);
        }
        else
        {
            _blocks[index].Set(row & BlockMask, vector, squaredNorm);
            Volatile.Write(ref _count, row + 1);
        }
    }

    private VectorBlock BlockOf(int row) => Volatile.Read(ref Volatile.Read(ref _blocks)[row >> BlockBits]);

    private float Check(ReadOnlySpan<float> vector)
    {
        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector has {vector.Length} dimensions; the table has {Dimensions}.", nameof(vector));
        }

        var squaredNorm = VectorKernels.Best.Dot(vector, vector);
        return float.IsFinite(squaredNorm) ? squaredNorm : throw new ArgumentException("The vector is not finite.", nameof(vector));
    }
}
