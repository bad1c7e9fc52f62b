using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Training;

/// <summary>
/// Events up to a journal cut, in journal order, as columns: 41 bytes an event, whatever the length of the ids. Users and items
/// are numbered by first appearance. Immutable; made by <see cref="TrainingSetBuilder"/>.
/// </summary>
public sealed class TrainingSet
{
    internal TrainingSet(
        TrainingEvents events,
        IReadOnlyList<string> userIds,
        IReadOnlyList<string?> userLabels,
        IReadOnlyList<string> itemIds,
        IReadOnlyList<ItemRecord?> items,
        IReadOnlyList<string> feedbackTypes,
        JournalPosition cut)
    {
        Events = events;
        UserIds = userIds;
        UserLabels = userLabels;
        ItemIds = itemIds;
        Items = items;
        FeedbackTypes = feedbackTypes;
        Cut = cut;
        HasTimes = SpansTime(events.TimestampMs);
    }

    /// <summary>The events, in journal order.</summary>
    public TrainingEvents Events { get; }

    /// <summary>User ids by user index; users without events (labels only) included.</summary>
    public IReadOnlyList<string> UserIds { get; }

    /// <summary>Labels by user index as JSON; null where there are none.</summary>
    public IReadOnlyList<string?> UserLabels { get; }

    /// <summary>Item ids by item index: of the catalog, and of events on items that it does not know.</summary>
    public IReadOnlyList<string> ItemIds { get; }

    /// <summary>Catalog records by item index; null for an item that only events name.</summary>
    public IReadOnlyList<ItemRecord?> Items { get; }

    /// <summary>Feedback types by type index.</summary>
    public IReadOnlyList<string> FeedbackTypes { get; }

    /// <summary>The position in the journals up to which the events go.</summary>
    public JournalPosition Cut { get; }

    /// <summary>False when all events carry the same time, or none: then nothing can be split by time.</summary>
    public bool HasTimes { get; }

    private static bool SpansTime(long[] timestamps) => timestamps.AsSpan().ContainsAnyExcept(timestamps.Length > 0 ? timestamps[0] : 0);
}

/// <summary>The columns of a training set; all of one length, row = one event, in journal order. Not to be written to.</summary>
/// <param name="User">User index.</param>
/// <param name="Item">Item index.</param>
/// <param name="Type">Index of the feedback type.</param>
/// <param name="Value">The producer's value: a rating, a count.</param>
/// <param name="Weight">Strength of the interest in [0, 1] by the feedback policy.</param>
/// <param name="Polarity">Direction of the interest; <see cref="Polarity.Ignored"/> events are not here.</param>
/// <param name="TimestampMs">Unix milliseconds, UTC; 0 when unknown.</param>
/// <param name="Position">Position in the journals; 0 for an event that no journal holds.</param>
public sealed record TrainingEvents(
    int[] User, int[] Item, int[] Type, float[] Value, float[] Weight, Polarity[] Polarity, long[] TimestampMs, long[] Position)
{
    /// <summary>Number of events.</summary>
    public int Count => User.Length;
}
