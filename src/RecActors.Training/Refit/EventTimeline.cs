using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// The order in which a training set's events are replayed, and the slices. With times it is the order of time, events of one time
/// in journal order. Without, every user's events are shuffled and spread evenly over the timeline, so that each slice holds its share
/// of every user's events: a file without times is often sorted by item, and its last tenth would be no sample.
/// </summary>
internal sealed class EventTimeline
{
    private EventTimeline(int[] order, TrainingOptions options, int? validationFrom)
    {
        Order = order;
        HasValidation = validationFrom is not null;
        SourceEnd = validationFrom ?? (int)(order.Length * options.SourceSlice);
        RankerEnd = End(options.RankerSlice, SourceEnd);
        StoppingEnd = End(options.StoppingSlice, RankerEnd);

        // Given validation events are shared out among ranker, stopping and gate as the slices share out the newest events.
        int End(double slice, int least) => Math.Max(least, validationFrom is { } from
            ? from + (int)Math.Round((order.Length - from) * (slice - options.SourceSlice) / (1 - options.SourceSlice))
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

    /// <param name="set">The events.</param>
    /// <param name="options">The slices.</param>
    /// <param name="seed">Seed of the order of events without times.</param>
    /// <param name="validationFrom">Index of the first of the events that are set apart for validation, which come after all others; null for none.</param>
    public static EventTimeline Of(TrainingSet set, TrainingOptions options, int seed, int? validationFrom = null)
    {
        var order = Enumerable.Range(0, set.Events.Count).ToArray();
        var from = validationFrom ?? order.Length;

        // A stable order without a stable sort: the index decides between equal keys.
        if (set.HasTimes)
        {
            var keys = order.Select(index => (index >= from, set.Events.TimestampMs[index], index)).ToArray();
            Array.Sort(keys, order);
        }
        else
        {
            var places = SpreadPlaces(set, seed);
            var keys = order.Select(index => (index >= from, places[index], index)).ToArray();
            Array.Sort(keys, order);
        }

        return new(order, options, validationFrom);
    }

    /// <summary>For every event a place in [0, 1): the user's events in random order, at equal distances, from a random start.</summary>
    private static double[] SpreadPlaces(TrainingSet set, int seed)
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

        return places;
    }
}
