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

    /// <summary>Of the rows that an index from elsewhere knows: so many others join its lists while a start waits for it, however long it takes.</summary>
    private const double FewUnknown = 0.1;

    /// <summary>Floats multiplied to compare them with lists' means: seconds of work, 2.5 billion comparisons of 64 dimensions.</summary>
    private const long MostJoiningProducts = 160_000_000_000;

    /// <summary>Codes for each list: searches look at fewer where rows have clusters, and each of these a list of its own.</summary>
    private const double MuchWork = 8;

    /// <summary>So many times as many lists are tried, unless they would have fewer rows than these on average.</summary>
    private const int Finer = 4, LeastRowsPerList = 8;

    /// <summary>
    /// Floats multiplied to compare rows with the means of more lists, 20 billion comparisons of 64 dimensions: to make the lists takes several times as long as that, minutes, which are in
    /// vain where rows have no clusters, and again whenever an index is built of them.
    /// </summary>
    private const long MostFinerProducts = 1_280_000_000_000;

    /// <summary>Of the codes before: short lists lie in many places, so fewer codes alone do not make a search faster.</summary>
    private const double WorthFiner = 0.5;

    /// <summary>A reach that leaves no list out; not infinite, which no spread could be multiplied with.</summary>
    internal const float Everywhere = 1e30f;

    private readonly ConcurrentBag<ListScan> _scans = [];
    private readonly VectorTable _table;
    private readonly IndexSpace _space;
    private float _reach;
    private float _reachOfMany;
    private int _measured;

    /// <summary>Rows that the lists were not made from, although they were there before changes count.</summary>
    private int _joined;

    private InvertedFile(VectorTable table, Similarity similarity, ListTable lists)
    {
        _table = table;
        _space = new IndexSpace(similarity, table.Dimensions);
        Similarity = similarity;
        Lists = lists;
        (_reach, _reachOfMany) = (Everywhere, Everywhere);
    }

    /// <summary>The similarity that it is for.</summary>
    public Similarity Similarity { get; }

    /// <summary>Recall of the best hundred or of the best two hundred, whichever is lower, measured when it was built or <see cref="Calibrate"/>d last.</summary>
    public IndexQuality Quality { get; private set; } = new(1, 1);

    /// <summary>Rows that came or went since the lists were made, of those that are there.</summary>
    public double Drift => (Lists.Changes + _joined) / (double)Math.Max(1, Lists.Rows);

    /// <summary>The same since recall was measured.</summary>
    public double Unmeasured => (Lists.Changes - _measured) / (double)Math.Max(1, Lists.Rows);

    internal ListTable Lists { get; }

    /// <summary>How many spreads of its scores a list's mean is looked beyond, by searches for the best hundred; of all when it is set.</summary>
    internal float Reach
    {
        get => Volatile.Read(ref _reach);
        set => (_reach, _reachOfMany) = (value, value);
    }

    /// <summary>The same of a search for so many rows.</summary>
    internal float ReachFor(int count) => count <= IndexCalibration.Depth ? Volatile.Read(ref _reach) : Volatile.Read(ref _reachOfMany);

    /// <summary>What a search looks at: the code of each list's mean, and those of its rows in the lists that may have some of the best.</summary>
    private double Work => Lists.Count + (Quality.Scanned * Lists.Rows);

    /// <summary>
    /// Builds an index of the rows that the table has now, and chooses how far searches reach. Where they look at many rows all the same, of which several clusters share a
    /// list, it is built of more lists, as long as that is worth it. The table may change meanwhile, the index does not notice.
    /// </summary>
    public static InvertedFile Build(VectorTable table, Similarity similarity, IndexOptions options, CancellationToken cancellationToken = default)
    {
        var rows = Enumerable.Range(0, table.Count).Where(table.HasVector).ToArray();
        var count = ListBuilder.CountFor(rows.Length);
        var index = Of(count);
        while (index.Work > MuchWork * count && MayHave(count * Finer, rows.Length, table.Dimensions))
        {
            count *= Finer;
            var finer = Of(count);
            if (finer.Work > WorthFiner * index.Work)
            {
                break;
            }

            index = finer;
        }

        return index;

        InvertedFile Of(int lists)
        {
            var built = new InvertedFile(table, similarity, ListBuilder.Build(table, rows, lists, similarity, options, cancellationToken));
            built.Calibrate(options, cancellationToken);
            return built;
        }
    }

    /// <summary>Whether so many lists are tried for so many rows: they are not so short that each is a row or two, and do not take too long to make.</summary>
    internal static bool MayHave(int lists, int rows, int dimensions) =>
        (long)lists * LeastRowsPerList <= rows && (long)lists * rows * dimensions <= MostFinerProducts;

    /// <summary>The list of each row of a table, −1 for one that an index does not know.</summary>
    /// <param name="state">The index.</param>
    /// <param name="rows">The row of each vector that it was built of.</param>
    /// <param name="count">Rows of the table.</param>
    public static int[] ListsByRow(InvertedFileState state, ReadOnlySpan<int> rows, int count)
    {
        var listOf = new int[count];
        Array.Fill(listOf, -1);
        for (var place = 0; place < rows.Length; place++)
        {
            if (rows[place] < count)
            {
                listOf[rows[place]] = state.Lists[place];
            }
        }

        return listOf;
    }

    /// <summary>
    /// Makes an index again that was built elsewhere; rows that it does not know, of items that have no learned vector, join the nearest lists. Null when these are as many
    /// as changes after which it would be built anew, or more than a few and too many to wait for. The table may change meanwhile, the index does not notice.
    /// </summary>
    public static InvertedFile? Restore(VectorTable table, Similarity similarity, InvertedFileState state, int[] listOf, IndexOptions options)
    {
        int[] rows = [.. Enumerable.Range(0, listOf.Length).Where(table.HasVector)];
        int[] unknown = [.. rows.Where(row => listOf[row] < 0)];
        var space = new IndexSpace(similarity, table.Dimensions);
        var share = unknown.Length / (double)Math.Max(1, rows.Length - unknown.Length);
        if (share > options.RebuildAfter || (share > FewUnknown && (long)unknown.Length * state.Centroids.Length > MostJoiningProducts))
        {
            return null;
        }

        var nearest = ListBuilder.Assign(table, space, unknown, state.Centroids, options.BuildThreads, CancellationToken.None);
        for (var place = 0; place < unknown.Length; place++)
        {
            listOf[unknown[place]] = nearest[place];
        }

        return new InvertedFile(table, similarity, ListBuilder.Fill(table, space, rows, state.Centroids, [.. rows.Select(row => listOf[row])]))
        {
            _reach = state.Reach,
            _reachOfMany = state.ReachOfMany,
            Quality = new(state.Recall, state.Scanned),

            // As if they had changed since: so many are measured. All of them, where another recall is asked for. Of all rows they are fewer than of
            // the known ones, so that none is built anew by them alone.
            _joined = unknown.Length,
            _measured = state.AskedRecall == options.Recall ? -unknown.Length : -rows.Length - 1,
        };
    }

    /// <summary>
    /// Chooses how far searches reach for the rows that are there now, and measures recall. Searches and changes go on meanwhile; one caller at a time.
    /// </summary>
    public void Calibrate(IndexOptions options, CancellationToken cancellationToken = default)
    {
        _measured = Lists.Changes;
        (_reach, _reachOfMany, Quality) = IndexCalibration.Calibrate(this, _table, options, cancellationToken);
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
        Search(query, count, filter, ReachFor(count), out _);

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
