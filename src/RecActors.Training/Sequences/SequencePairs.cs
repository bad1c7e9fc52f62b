using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.Sequences;

/// <summary>
/// Every user's actions in the order of a timeline, and the pairs (actions so far → next item) that a sequence model learns from:
/// all likes of items that the user had not met before. Items are numbered anew, the ones with a vector only.
/// </summary>
internal sealed class SequencePairs
{
    private readonly int[] _userStart;
    private readonly int[] _items;
    private readonly byte[] _kinds;
    private readonly int[] _stamps;
    private int _stamp;

    private SequencePairs(int[] catalogItems, int[] userStart, int[] items, byte[] kinds, int[] itemsOfUse, SequencePair[] pairs, int learned)
    {
        CatalogItems = catalogItems;
        _userStart = userStart;
        _items = items;
        _kinds = kinds;
        _stamps = itemsOfUse;
        Learned = pairs.AsMemory(0, learned);
        Held = pairs.AsMemory(learned);
    }

    /// <summary>The training set's index of each item with a vector, ascending.</summary>
    public int[] CatalogItems { get; }

    /// <summary>Number of items with a vector.</summary>
    public int Items => CatalogItems.Length;

    /// <summary>The pairs to learn from, in the order of the timeline.</summary>
    public ReadOnlyMemory<SequencePair> Learned { get; }

    /// <summary>Later pairs, to stop by.</summary>
    public ReadOnlyMemory<SequencePair> Held { get; }

    /// <param name="set">The events.</param>
    /// <param name="timeline">Their order.</param>
    /// <param name="end">Events before it are learned from; only their items have vectors.</param>
    /// <param name="heldEnd">Events from <paramref name="end"/> up to it are held out.</param>
    /// <param name="mostItems">Most items with a vector: those acted on most.</param>
    public static SequencePairs Of(TrainingSet set, EventTimeline timeline, int end, int heldEnd, int mostItems)
    {
        var events = set.Events;
        var catalogItems = MostActedOn(set, timeline.Order.AsSpan(0, end), mostItems);
        var numberOf = new int[set.ItemIds.Count];
        Array.Fill(numberOf, -1);
        for (var item = 0; item < catalogItems.Length; item++)
        {
            numberOf[catalogItems[item]] = item;
        }

        var order = timeline.Order.AsSpan(0, heldEnd);
        var userStart = StartsOf(events, order, set.UserIds.Count);
        var next = (int[])userStart.Clone();
        var (items, kinds) = (new int[userStart[^1]], new byte[userStart[^1]]);
        var seen = new HashSet<(int User, int Item)>();
        var hasKnown = new bool[set.UserIds.Count];
        var pairs = new List<SequencePair>();
        var learned = 0;
        for (var place = 0; place < order.Length; place++)
        {
            learned = place < end ? pairs.Count : learned;
            var index = order[place];
            var (user, item) = (events.User[index], numberOf[events.Item[index]]);
            var isNew = seen.Add((user, events.Item[index]));
            if (events.Polarity[index] == Polarity.Positive && isNew && item >= 0 && hasKnown[user])
            {
                pairs.Add(new(user, next[user], item));
                learned = place < end ? pairs.Count : learned;
            }

            if (IsInput(events, index))
            {
                items[next[user]] = item;
                hasKnown[user] |= item >= 0;
                kinds[next[user]++] = (byte)ActionKind.Of(events.Polarity[index], events.Weight[index]);
            }
        }

        return new(catalogItems, userStart, items, kinds, new int[catalogItems.Length], [.. pairs], learned);
    }

    /// <summary>The user's newest distinct items before the pair's, newest first, as a user's history has them; returns how many. Not thread-safe.</summary>
    public int Prefix(SequencePair pair, Span<int> items, Span<byte> kinds)
    {
        var count = 0;
        _stamp++;
        for (var at = pair.End - 1; at >= _userStart[pair.User] && count < items.Length; at--)
        {
            var item = _items[at];
            if (item >= 0 && _stamps[item] != _stamp)
            {
                _stamps[item] = _stamp;
                items[count] = item;
                kinds[count++] = _kinds[at];
            }
        }

        return count;
    }

    /// <summary>The same as a history, whose rows are the items' numbers. Kinds stand in for weights.</summary>
    public HistoryItem[] HistoryOf(SequencePair pair, int window)
    {
        var (items, kinds) = (new int[window], new byte[window]);
        var history = new HistoryItem[Prefix(pair, items, kinds)];
        for (var age = 0; age < history.Length; age++)
        {
            var (polarity, weight) = ActionKind.Representative(kinds[age]);
            history[age] = new HistoryItem(items[age], weight, polarity, 0);
        }

        return history;
    }

    /// <summary>All items that the user had acted on before the pair.</summary>
    public ReadOnlySpan<int> MetBefore(SequencePair pair) => _items.AsSpan(_userStart[pair.User], pair.End - _userStart[pair.User]);

    private static bool IsInput(TrainingEvents events, int index) => events.Polarity[index] is Polarity.Positive or Polarity.Negative;

    private static int[] MostActedOn(TrainingSet set, ReadOnlySpan<int> order, int most)
    {
        var counts = new int[set.ItemIds.Count];
        foreach (var index in order)
        {
            counts[set.Events.Item[index]] += IsInput(set.Events, index) ? 1 : 0;
        }

        return
        [
            .. Enumerable.Range(0, counts.Length).Where(item => counts[item] > 0)
                .OrderByDescending(item => counts[item]).ThenBy(item => item).Take(most).Order(),
        ];
    }

    private static int[] StartsOf(TrainingEvents events, ReadOnlySpan<int> order, int users)
    {
        var starts = new int[users + 1];
        foreach (var index in order)
        {
            starts[events.User[index] + 1] += IsInput(events, index) ? 1 : 0;
        }

        for (var user = 0; user < users; user++)
        {
            starts[user + 1] += starts[user];
        }

        return starts;
    }
}

/// <summary>A user's actions up to a place in <see cref="SequencePairs"/>, and the item that came next.</summary>
internal readonly record struct SequencePair(int User, int End, int Target);
