using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// The order in which a training set's events are replayed, and the slices. With times it is the order of time, events of one time
/// in journal order. Without, every user's events are shuffled and spread evenly over the timeline, so that each slice holds its share
/// of every user's events: a file without times is often sorted by item, and its last tenth would be no sample. Events that are set apart
/// for validation stand together by user, the users in the order of their latest event or at random: none of them happens, so all of a
/// user's are one question.
/// </summary>
internal sealed class EventTimeline
{
    private readonly int[] _users;

    private EventTimeline(int[] order, int[] users, TrainingOptions options, int? validationFrom)
    {
        Order = order;
        _users = users;
        HasValidation = validationFrom is not null;
        SourceEnd = validationFrom ?? (int)(order.Length * options.SourceSlice);
        RankerEnd = End(options.RankerSlice, SourceEnd);
        StoppingEnd = End(options.StoppingSlice, RankerEnd);

        // Given validation events are shared out among ranker, stopping and gate as the slices share out the newest events.
        int End(double slice, int least) => Math.Max(least, validationFrom is { } from
            ? EndOfUser(from + (int)Math.Round((order.Length - from) * (slice - options.SourceSlice) / (1 - options.SourceSlice)))
            : (int)(order.Length * slice));
    }

    /// <summary>Indices of events.</summary>
    public int[] Order { get; }

    public int Count => Order.Length;

    /// <summary>Whether the events from <see cref="SourceEnd"/> on were set apart by the caller: they are asked about and do not happen.</summary>
    public bool HasValidation { get; }

    /// <summary>The final sources are fitted on the events before it.</summary>
    public int LearnedEnd => HasValidation ? SourceEnd : Count;

    /// <summary>Sources are fitted on the events before it.</summary>
    public int SourceEnd { get; }

    /// <summary>The ranker learns from the events between <see cref="SourceEnd"/> and it.</summary>
    public int RankerEnd { get; }

    /// <summary>Early stopping looks at the events between <see cref="RankerEnd"/> and it, the gate at those after.</summary>
    public int StoppingEnd { get; }

    /// <summary>The questions of the places in [from, to): a place each, but for validation events set apart all places of a user.</summary>
    public IEnumerable<(int From, int To)> Questions(int from, int to)
    {
        while (from < to)
        {
            var end = HasValidation && from >= SourceEnd ? Math.Min(to, EndOfUser(from + 1)) : from + 1;
            yield return (from, end);
            from = end;
        }
    }

    /// <param name="set">The events.</param>
    /// <param name="options">The slices.</param>
    /// <param name="seed">Seed of the order of events without times.</param>
    /// <param name="validationFrom">Index of the first of the events that are set apart for validation, which come after all others; null for none.</param>
    public static EventTimeline Of(TrainingSet set, TrainingOptions options, int seed, int? validationFrom = null)
    {
        var order = Enumerable.Range(0, set.Events.Count).ToArray();
        var from = validationFrom ?? order.Length;
        var users = set.Events.User;

        // A stable order without a stable sort: the index decides between equal keys.
        if (set.HasTimes)
        {
            var latest = new long[set.UserIds.Count];
            for (var index = from; index < order.Length; index++)
            {
                latest[users[index]] = Math.Max(latest[users[index]], set.Events.TimestampMs[index]);
            }

            Sort(index => set.Events.TimestampMs[index], user => latest[user]);
        }
        else
        {
            var (places, starts) = SpreadPlaces(set, seed);
            Sort(index => places[index], user => starts[user]);
        }

        return new(order, users, options, validationFrom);

        void Sort<TKey>(Func<int, TKey> ofEvent, Func<int, TKey> ofUser)
        {
            var keys = order.Select(index => index < from
                ? (false, ofEvent(index), 0, index)
                : (true, ofUser(users[index]), users[index], index)).ToArray();
            Array.Sort(keys, order);
        }
    }

    private int EndOfUser(int place)
    {
        while (place > SourceEnd && place < Order.Length && _users[Order[place]] == _users[Order[place - 1]])
        {
            place++;
        }

        return place;
    }

    /// <summary>For every event a place in [0, 1): the user's events in random order, at equal distances, from a random start.</summary>
    private static (double[] Places, double[] Starts) SpreadPlaces(TrainingSet set, int seed)
    {
        var random = new Random(seed);
        var users = set.Events.User;
        var shuffled = Enumerable.Range(0, users.Length).ToArray();
        random.Shuffle(shuffled);
        var counts = new int[set.UserIds.Count];
        foreach (var user in users)
        {
            counts[user]++;
        }

        var starts = counts.Select(_ => random.NextDouble()).ToArray();
        var next = new int[counts.Length];
        var places = new double[users.Length];
        foreach (var index in shuffled)
        {
            var user = users[index];
            places[index] = (next[user]++ + starts[user]) / counts[user];
        }

        return (places, starts);
    }
}
