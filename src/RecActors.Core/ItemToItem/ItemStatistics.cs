using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

/// <summary>
/// What the actions of all users say about items, counted live: directed transitions that fade with the distance, next-item
/// transitions, co-occurrence, popularity, recent popularity and first times. Independent of the model; rows are this process'. Of
/// memory it takes what its options allow. Safe for concurrent use; counts do not depend on the order in which users' increments
/// arrive (as long as no limit is met), recent popularity does, by its nature. Taking an action back does not take its counts back:
/// they are statistics, and recounted with each refit.
/// </summary>
public sealed class ItemStatistics
{
    [ThreadStatic]
    private static List<PairIncrement>? _increments;

    private readonly PopularityTable _popularity;
    private readonly PairTable _pairs;

    public ItemStatistics(ItemStatisticsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _popularity = new PopularityTable(options.RecentHalfLifeEvents);
        _pairs = new PairTable(options, _popularity);
    }

    /// <summary>What is counted, and the limits.</summary>
    public ItemStatisticsOptions Options { get; }

    /// <summary>Pairs held; a pair of two items counts once for each.</summary>
    public int PairCount => (int)_pairs.Pairs;

    internal PairTable Pairs => _pairs;

    internal PopularityTable Popularity => _popularity;

    /// <summary>What an action adds. False, with nothing added, unless it is positive.</summary>
    /// <param name="newestFirst">The user's history before the action.</param>
    /// <param name="action">The action. Its weight scales transitions; the others count users.</param>
    /// <param name="pairs">Increments are appended here.</param>
    /// <param name="popularity">The increment of the item itself.</param>
    public bool Derive(
        ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action, List<PairIncrement> pairs, out PopularityIncrement popularity)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (action.Polarity != Polarity.Positive)
        {
            popularity = default;
            return false;
        }

        // A user counts once in the co-occurrence of two items, and in an item's popularity.
        var isRepeat = IsIn(newestFirst, action.Row);
        var cooccurrenceWindow = isRepeat ? 0 : Options.CooccurrenceWindow;
        var distance = 0;
        var transition = action.Weight;
        foreach (var earlier in newestFirst)
        {
            if (earlier.Polarity != Polarity.Positive || earlier.Row == action.Row)
            {
                continue;
            }

            if (distance >= Options.TransitionWindow && distance >= cooccurrenceWindow)
            {
                break;
            }

            pairs.Add(new PairIncrement(
                earlier.Row,
                action.Row,
                distance < Options.TransitionWindow ? transition : 0,
                distance == 0 ? action.Weight : 0,
                distance < cooccurrenceWindow ? 1 : 0));
            distance++;
            transition *= Options.TransitionDecay;
        }

        popularity = new PopularityIncrement(action.Row, isRepeat ? 0 : 1, action.TimestampMs);
        return true;
    }

    /// <summary>Adds increments.</summary>
    public void Apply(ReadOnlySpan<PairIncrement> pairs) => _pairs.Add(pairs);

    /// <summary>Adds an increment.</summary>
    public void Apply(in PopularityIncrement popularity) => _popularity.Add(popularity);

    /// <summary>Derives and applies at once.</summary>
    public void Observe(ReadOnlySpan<HistoryItem> newestFirst, HistoryItem action)
    {
        var increments = _increments ??= [];
        increments.Clear();
        if (Derive(newestFirst, action, increments, out var popularity))
        {
            Apply(popularity);
            Apply(CollectionsMarshal.AsSpan(increments));
        }
    }

    /// <summary>Adds every item-to-item score of the history (positive items only) to the accumulator, one pass per item.</summary>
    public void Accumulate(ReadOnlySpan<HistoryItem> newestFirst, ItemToItemLookup lookup, ItemToItemScores scores)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        ArgumentNullException.ThrowIfNull(scores);
        var age = 0;
        foreach (var item in newestFirst)
        {
            if (item.Polarity != Polarity.Positive)
            {
                continue;
            }

            if (age >= lookup.TransitionDepth && age >= lookup.CooccurrenceDepth)
            {
                break;
            }

            AccumulateItem(item.Row, age++, lookup, scores);
        }
    }

    /// <summary>Number of users who acted on the item.</summary>
    public double Count(int row) => _popularity.Count(row);

    /// <summary>Number of recent actions on the item, each faded by the actions on all items since.</summary>
    public float RecentPopularity(int row) => _popularity.Recent(row);

    /// <summary>Time of the first action on the item in Unix milliseconds, or null.</summary>
    public long? FirstSeenMs(int row) => _popularity.FirstSeenMs(row);

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
        var top = new TopRows(Math.Min(rows.Length, scores.Length));
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
                    if (score > 0 && score >= top.Threshold && (accepts is null || accepts(other)))
                    {
                        top.Offer(other, score);
                    }
                }
            }
        }

        var best = top.ToSortedArray();
        for (var i = 0; i < best.Length; i++)
        {
            rows[i] = best[i].Row;
            scores[i] = best[i].Score;
        }

        return best.Length;
    }

    /// <summary>Everything by item id, for the bundle: the same counts give the same bytes whatever the rows.</summary>
    public ItemStatisticsState Export(Func<int, string> idOf) => ItemStatisticsTransfer.Export(this, idOf);

    /// <summary>Replaces everything by an exported state, under the limits of these options. Readers see it arrive by and by.</summary>
    public void Import(ItemStatisticsState state, Func<string, int> rowOf) => ItemStatisticsTransfer.Import(this, state, rowOf);

    private void AccumulateItem(int row, int age, ItemToItemLookup lookup, ItemToItemScores scores)
    {
        lock (_pairs.StripeOf(row))
        {
            if (_pairs.RowOrNull(row) is not { Count: > 0 } pairs)
            {
                return;
            }

            var roots = _popularity.Roots;
            var root = PopularityTable.RootOf(roots, row);
            var fast = MathF.Pow(lookup.CooccurrenceFastDecay, age);
            var slow = MathF.Pow(lookup.CooccurrenceSlowDecay, age);
            scores.EnsureCapacity(pairs.MaxOther + 1);
            if (age >= lookup.TransitionDepth)
            {
                scores.AddCooccurrences(pairs, root, roots, fast, slow);
            }
            else
            {
                var counts = age < lookup.CooccurrenceDepth;
                scores.AddAll(pairs, root, roots, TransitionWeights(pairs, age, lookup), counts ? fast : 0, counts ? slow : 0);
            }
        }
    }

    private static Vector128<float> TransitionWeights(PairRow pairs, int age, ItemToItemLookup lookup)
    {
        static float Share(float weight, double mass) => mass > 0 ? (float)(weight / mass) : 0;
        var slow = MathF.Pow(lookup.TransitionSlowDecay, age);
        return Vector128.Create(
            Share(MathF.Pow(lookup.TransitionFastDecay, age), pairs.OutMass),
            Share(slow, pairs.OutMass),
            age == 0 ? Share(1, pairs.NextMass) : 0,
            Share(slow, pairs.OutMass + pairs.InMass));
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
