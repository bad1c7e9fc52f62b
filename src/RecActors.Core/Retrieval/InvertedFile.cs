using System.Collections.Concurrent;

namespace RecActors.Retrieval;

/// <summary>
/// An approximate index of a table for one similarity: k-means lists of vectors in a byte per dimension, of which a search scans those that
/// may hold some of the best, and scores what it finds from the table, to the last bit as the exact search does. It follows the table.
/// Answers are shorter than asked for only where the table has no more rows that the filter accepts: short of candidates, a search goes on through all lists.
/// Searches are safe beside one writer.
/// </summary>
internal sealed class InvertedFile
{
    /// <summary>Searches that a moving row may spoil before the table is scanned instead.</summary>
    private const int Attempts = 3;

    /// <summary>A reach that leaves no list out; not infinite, which no spread could be multiplied with.</summary>
    internal const float Everywhere = 1e30f;

    private readonly ConcurrentBag<ListScan> _scans = [];
    private readonly VectorTable _table;
    private readonly IndexSpace _space;
    private float _reach;
    private int _measured;

    private InvertedFile(VectorTable table, Similarity similarity, ListTable lists)
    {
        _table = table;
        _space = new IndexSpace(similarity, table.Dimensions);
        Similarity = similarity;
        Lists = lists;
        _reach = Everywhere;
    }

    /// <summary>The similarity that it is for.</summary>
    public Similarity Similarity { get; }

    /// <summary>Recall of the best hundred, measured when it was built or <see cref="Calibrate"/>d last.</summary>
    public IndexQuality Quality { get; private set; } = new(1, 1);

    /// <summary>Rows that came or went since, of those that were there.</summary>
    public double Drift => Lists.Changes / (double)Math.Max(1, Lists.Rows);

    /// <summary>The same since recall was measured.</summary>
    public double Unmeasured => (Lists.Changes - _measured) / (double)Math.Max(1, Lists.Rows);

    internal ListTable Lists { get; }

    /// <summary>How many spreads of its scores a list's mean is looked beyond.</summary>
    internal float Reach
    {
        get => Volatile.Read(ref _reach);
        set => Volatile.Write(ref _reach, value);
    }

    /// <summary>Builds an index of the rows that the table has now, and chooses how far searches reach. The table may change meanwhile, the index does not notice.</summary>
    public static InvertedFile Build(VectorTable table, Similarity similarity, IndexOptions options, CancellationToken cancellationToken = default)
    {
        var index = new InvertedFile(table, similarity, ListBuilder.Build(table, similarity, options, cancellationToken));
        index.Calibrate(options, cancellationToken);
        return index;
    }

    /// <summary>
    /// Chooses how far searches reach for the rows that are there now, and measures recall. Searches and changes go on meanwhile; one caller at a time.
    /// </summary>
    public void Calibrate(IndexOptions options, CancellationToken cancellationToken = default)
    {
        _measured = Lists.Changes;
        (Reach, Quality) = IndexCalibration.Calibrate(this, _table, options, cancellationToken);
    }

    /// <summary>Follows a change of a row; not for concurrent writers.</summary>
    public void Update(int row)
    {
        var squaredNorm = _table.SquaredNorm(row);
        if (squaredNorm == 0)
        {
            Lists.Remove(row);
            return;
        }

        Span<float> placed = stackalloc float[_space.Dimensions];
        var length = _space.Place(_table.Row(row), squaredNorm, placed);
        Lists.Put(row, Lists.Nearest(placed), placed, length);
    }

    /// <summary>The best rows that were found, best first.</summary>
    public ScoredRow[] Search<TFilter>(ReadOnlySpan<float> query, int count, TFilter filter)
        where TFilter : struct, IRowFilter =>
        Search(query, count, filter, Reach, out _);

    /// <summary>The same with another reach; <paramref name="scanned"/> says how many rows' codes were looked at.</summary>
    internal ScoredRow[] Search<TFilter>(ReadOnlySpan<float> query, int count, TFilter filter, float reach, out int scanned)
        where TFilter : struct, IRowFilter
    {
        ExactRetriever.CheckQuery(_table, query);
        var scan = _scans.TryTake(out var pooled) ? pooled : new ListScan();
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var moves = Lists.Moves;
                var found = scan.Run(_table, Lists, Similarity, query, Math.Min(count, _table.Count), reach, ref filter);
                scanned = scan.Scanned;
                if (moves % 2 == 0 && moves == Lists.Moves)
                {
                    return found;
                }
            }
        }
        finally
        {
            _scans.Add(scan);
        }

        scanned = _table.Count;
        return ExactRetriever.Search(_table, query, Similarity, count, filter);
    }
}

/// <summary>What an index is worth on sampled queries.</summary>
/// <param name="Recall">Share of the best hundred that searches found.</param>
/// <param name="Scanned">Share of the rows whose codes they looked at.</param>
internal readonly record struct IndexQuality(double Recall, double Scanned);
