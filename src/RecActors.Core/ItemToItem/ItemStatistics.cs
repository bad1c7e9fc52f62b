using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Retrieval;
using RecActors.Trending;

namespace RecActors.ItemToItem;

/// <summary>
/// What the actions of all users say about items, counted live: directed transitions that fade with the distance, next-item
/// transitions, co-occurrence, popularity, recent popularity and first times. Independent of the model; rows are this process'. Of
/// memory it takes what its options allow. Safe for concurrent use; nothing depends on the order in which actions arrive, to the last
/// bit, as long as no limit is met: transitions are multiples of 2⁻¹², which sum without rounding up to 4,096 a pair. Taking
/// an action back does not take its counts back: they are statistics, and recounted with each refit.
/// </summary>
public sealed class ItemStatistics
{
    /// <summary>
    /// Number of the rules by which actions are reduced and counted, beside the options. Whoever changes what the same actions count raises it, so that
    /// nothing goes on from statistics that were counted otherwise.
    /// </summary>
    public const int CountingRules = 1;

    private const float Steps = 1 << 12;

    [ThreadStatic]
    private static List<int>? _sources;

    [ThreadStatic]
    private static List<PairIncrement>? _increments;

    private readonly PopularityTable _popularity;
    private readonly PairTable _pairs;
    private readonly IComparer<int> _ties;

    /// <summary>Those of the last lookup: nearly always it is the same.</summary>
    private volatile ItemToItemFades? _fades;

    /// <param name="options">What is counted, and the limits.</param>
    /// <param name="ties">The order of rows that score the same, in the lists that people see; by row when null.</param>
    public ItemStatistics(ItemStatisticsOptions options, IComparer<int>? ties = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _ties = ties ?? Comparer<int>.Default;
        _popularity = new PopularityTable(options.RecentHalfLifeEvents, _ties);
        _pairs = new PairTable(options, _popularity);
        TrendingItems = new TrendingItems(options.Trending, _ties);
    }

    /// <summary>What is counted, and the limits.</summary>
    public ItemStatisticsOptions Options { get; }

    /// <summary>Pairs held; a pair of two items counts once for each.</summary>
    public int PairCount => (int)_pairs.Pairs;

    /// <summary>What is trending, from the moment on at which it is told the time.</summary>
    public TrendingItems TrendingItems { get; }

    internal PairTable Pairs => _pairs;

    internal PopularityTable Popularity => _popularity;

    /// <summary>Reduces an action and its user's history to what counts. False, with nothing added, unless the action is positive.</summary>
    /// <param name="newestFirst">The user's history before the action.</param>
    /// <param name="action">The action.</param>
    /// <param name="sources">Rows of the earlier items that it makes pairs with are appended here, newest first.</param>
    /// <param name="counted">The action as it is counted.</param>
    public bool TryReduce(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action, List<int> sources, out ItemAction counted)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (action.Polarity != Polarity.Positive)
        {
            counted = default;
            return false;
        }

        counted = Reduced(action, IsIn(newestFirst, action.Row));
        var window = WindowOf(counted);
        var before = sources.Count;
        foreach (var earlier in newestFirst)
        {
            if (sources.Count - before == window)
            {
                break;
            }

            if (earlier.Polarity == Polarity.Positive && earlier.Row != action.Row)
            {
                sources.Add(earlier.Row);
            }
        }

        return true;
    }

    /// <summary>The same, from a history that moves on with the action afterwards.</summary>
    /// <inheritdoc cref="TryReduce(ReadOnlySpan{HistoryItem}, HistoryItem, List{int}, out ItemAction)"/>
    public bool TryReduce(UserHistory before, HistoryItem action, List<int> sources, out ItemAction counted)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(sources);
        if (action.Polarity != Polarity.Positive)
        {
            counted = default;
            return false;
        }

        counted = Reduced(action, before.Likes(action.Row));
        before.AddNewestLiked(sources, except: action.Row, WindowOf(counted));
        return true;
    }

    /// <summary>The same of an action whose sources are known. False unless it is positive.</summary>
    public static bool TryReduce(HistoryItem action, bool isRepeat, out ItemAction counted)
    {
        counted = Reduced(action, isRepeat);
        return action.Polarity == Polarity.Positive;
    }

    /// <summary>Counts a reduced action: its pairs, its user and its time.</summary>
    public void Count(in ItemAction action, ReadOnlySpan<int> sources)
    {
        _popularity.Add(action.Row, isNewUser: !action.IsRepeat, action.TimestampMs);
        if (!action.IsRepeat)
        {
            TrendingItems.Add(action.Row, action.TimestampMs);
        }

        var cooccurrenceWindow = CooccurrenceWindowOf(action);
        var increments = _increments ??= [];
        increments.Clear();
        var transition = action.Weight;
        for (var distance = 0; distance < sources.Length; distance++)
        {
            increments.Add(new PairIncrement(
                sources[distance],
                action.Row,
                distance < Options.TransitionWindow ? Stepped(transition) : 0,
                distance == 0 ? Stepped(action.Weight) : 0,
                distance < cooccurrenceWindow ? 1 : 0));
            transition *= Options.TransitionDecay;
        }

        Apply(CollectionsMarshal.AsSpan(increments));
    }

    /// <summary>Counts an event of recent popularity now. Returns its stamp, by which other replicas count it.</summary>
    public long CountRecent(int row) => _popularity.AddEvent(row);

    /// <summary>Counts an event of recent popularity that another replica stamped.</summary>
    public void CountRecent(int row, long stamp) => _popularity.AddEvent(row, stamp);

    /// <summary>Adds increments.</summary>
    public void Apply(ReadOnlySpan<PairIncrement> pairs) => _pairs.Add(pairs);

    /// <summary>Reduces and counts at once.</summary>
    public void Observe(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action)
    {
        var sources = _sources ??= [];
        sources.Clear();
        if (TryReduce(newestFirst, action, sources, out var counted))
        {
            Count(counted, CollectionsMarshal.AsSpan(sources));
            CountRecent(counted.Row);
        }
    }

    /// <inheritdoc cref="Observe(ReadOnlySpan{HistoryItem}, HistoryItem)"/>
    public void Observe(UserHistory before, HistoryItem action)
    {
        var sources = _sources ??= [];
        sources.Clear();
        if (TryReduce(before, action, sources, out var counted))
        {
            Count(counted, CollectionsMarshal.AsSpan(sources));
            CountRecent(counted.Row);
        }
    }

    /// <summary>Adds every item-to-item score of the history (positive items only) to the accumulator, one pass per item.</summary>
    public void Accumulate(ReadOnlySpan<HistoryItem> newestFirst, ItemToItemLookup lookup, ItemToItemScores scores)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        ArgumentNullException.ThrowIfNull(scores);
        var fades = FadesOf(lookup);
        var depth = fades.Depth;
        var item = NextPositive(newestFirst, 0);
        var next = NextPositive(newestFirst, item.Place);
        _pairs.Peek(next.Row)?.Prefetch();
        for (var age = 0; age < depth && item.Row >= 0; age++)
        {
            // The table is larger than the caches: the pairs of the next item come while this one's are added, and the one after it is looked up.
            var later = NextPositive(newestFirst, next.Place);
            _pairs.Peek(later.Row)?.Prefetch();
            AccumulateItem(item.Row, age, fades, scores, age + 1 < depth ? _pairs.Peek(next.Row) : null);
            (item, next) = (next, later);
        }
    }

    /// <summary>The next positive item of a history from a place on, and the place behind it; −1 when there is none.</summary>
    private static (int Row, int Place) NextPositive(ReadOnlySpan<HistoryItem> newestFirst, int place)
    {
        while (place < newestFirst.Length)
        {
            ref readonly var item = ref newestFirst[place++];
            if (item.Polarity == Polarity.Positive)
            {
                return (item.Row, place);
            }
        }

        return (-1, place);
    }

    /// <summary>Number of users who acted on the item.</summary>
    public double Count(int row) => _popularity.Count(row);

    /// <summary>Number of recent actions on the item, each faded by the actions on all items since.</summary>
    public float RecentPopularity(int row) => _popularity.Recent(row);

    /// <summary>Time of the first action on the item in Unix milliseconds, or null.</summary>
    public long? FirstSeenMs(int row) => _popularity.FirstSeenMs(row);

    /// <summary>All three of them, read at once.</summary>
    internal ItemPopularity PopularityOf(int row) => _popularity.Read(row);

    /// <summary>Asks for an item whose popularity will be read soon; a hint.</summary>
    internal void PrefetchPopularity(int row) => _popularity.Prefetch(row);

    /// <summary>Writes the rows of the highest recent popularity, best first, at most 1024, and returns how many.</summary>
    public int Trending(Span<int> rows) => _popularity.CopyTrending(rows);

    /// <summary>Writes the rows of the highest count, best first, at most 1024, and returns how many.</summary>
    public int MostPopular(Span<int> rows) => _popularity.CopyMostPopular(rows);

    /// <summary>
    /// Writes the items most alike, by cosine co-occurrence plus the share of transitions in both directions, best first, and returns
    /// how many. The predicate is asked only about rows that would enter.
    /// </summary>
    public int Neighbors(int row, Span<int> rows, Span<float> scores, Predicate<int>? accepts = null)
    {
        var alike = new List<ScoredRow>();
        lock (_pairs.StripeOf(row))
        {
            if (_pairs.RowOrNull(row) is { } pairs)
            {
                var roots = _popularity.Roots;
                var root = PopularityTable.RootOf(roots, row);
                var mass = (float)Math.Max(pairs.OutMass + pairs.InMass, double.Epsilon);
                for (var index = 0; index < pairs.Count; index++)
                {
                    var values = pairs.Values.Slice(index * PairRow.Width, PairRow.Width);
                    var other = pairs.Others[index];
                    var score = (values[PairRow.Cooccurrence] / CosineScale.Of(root, PopularityTable.RootOf(roots, other)))
                        + ((values[PairRow.Out] + values[PairRow.In]) / mass);
                    if (score > 0)
                    {
                        alike.Add(new ScoredRow(other, score));
                    }
                }
            }
        }

        alike.Sort((left, right) => left.Score != right.Score ? right.Score.CompareTo(left.Score) : _ties.Compare(left.Row, right.Row));
        var count = 0;
        foreach (var (other, score) in alike)
        {
            if (count == rows.Length || count == scores.Length)
            {
                break;
            }

            if (accepts is null || accepts(other))
            {
                (rows[count], scores[count]) = (other, score);
                count++;
            }
        }

        return count;
    }

    /// <summary>Recent popularity exactly as it is, for a replica that begins.</summary>
    /// <param name="idOf">The id of a row.</param>
    /// <param name="pause">
    /// Called now and then, without a lock, where others ask meanwhile and nothing is counted: it may rest, or throw to give it up. When null, whatever is
    /// counted waits for it.
    /// </param>
    public RecencyState ExportRecency(Func<int, string> idOf, Action? pause = null) => _popularity.ExportRecency(idOf, pause);

    /// <summary>Replaces recent popularity, and leaves everything else.</summary>
    public void ImportRecency(RecencyState state, Func<string, int> rowOf) => _popularity.ImportRecency(state, rowOf);

    /// <summary>Everything by item id, for the bundle: the same counts give the same bytes whatever the rows.</summary>
    /// <param name="idOf">The id of a row.</param>
    /// <param name="pause">Called for each item, without a lock: it may rest, or throw to give it up. Then one thread does the work; when null, all processors.</param>
    public ItemStatisticsState Export(Func<int, string> idOf, Action? pause = null) => ItemStatisticsTransfer.Export(this, idOf, pause);

    /// <summary>Replaces everything by an exported state, under the limits of these options. Readers see it arrive by and by.</summary>
    public void Import(ItemStatisticsState state, Func<string, int> rowOf) => ItemStatisticsTransfer.Import(this, state, rowOf);

    // A user counts once in the co-occurrence of two items, and in an item's popularity.
    private static ItemAction Reduced(in HistoryItem action, bool isRepeat) => new(action.Row, action.Weight, isRepeat, action.TimestampMs);

    private int WindowOf(in ItemAction action) => Math.Max(Options.TransitionWindow, CooccurrenceWindowOf(action));

    private int CooccurrenceWindowOf(in ItemAction action) => action.IsRepeat ? 0 : Options.CooccurrenceWindow;

    private ItemToItemFades FadesOf(ItemToItemLookup lookup)
    {
        var known = _fades;
        if (!ReferenceEquals(known?.Lookup, lookup))
        {
            _fades = known = new ItemToItemFades(lookup);
        }

        return known;
    }

    private static float Stepped(float value) => MathF.Round(value * Steps) / Steps;

    private void AccumulateItem(int row, int age, ItemToItemFades fades, ItemToItemScores scores, PairRow? next)
    {
        lock (_pairs.StripeOf(row))
        {
            if (_pairs.RowOrNull(row) is not { Count: > 0 } pairs)
            {
                return;
            }

            var roots = _popularity.Roots;
            scores.EnsureCapacity(pairs.MaxOther + 1);
            scores.Add(pairs, new PairWeights(PopularityTable.RootOf(roots, row), roots, fades.WeightsOf(pairs, age)), next);
        }
    }

    private static bool IsIn(ReadOnlySpan<HistoryItem> newestFirst, int row)
    {
        foreach (var item in newestFirst)
        {
            if (item.Row == row && item.Polarity == Polarity.Positive)
            {
                return true;
            }
        }

        return false;
    }
}
