using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemStats;

namespace RecActors.Users;

/// <summary>
/// What a user's journal amounts to in memory: a function of its entries in their order, so that a rebuilt state equals one that
/// was kept. Entries themselves are not kept. Not thread-safe: the user's grain is its one writer.
/// </summary>
internal sealed class UserState(CatalogReplica catalog, FeedbackPolicy policy, int rememberedEvents)
{
    private readonly EventMemory _events = new(rememberedEvents);

    /// <summary>Number of entries applied.</summary>
    public long Version { get; private set; }

    /// <summary>The window of recent items, and what was seen.</summary>
    public UserHistory History { get; } = new();

    /// <summary>True when an applied entry carried this event id.</summary>
    public bool Remembers(ulong eventHash) => _events.Contains(eventHash);

    /// <summary>Applies an entry that the journal held before.</summary>
    public void Replay(FeedbackEntry entry) => Apply(entry, statistics: null, position: 0);

    /// <summary>Applies an entry that has just become durable at this position, and lets the item statistics see it.</summary>
    public void Apply(FeedbackEntry entry, LiveItemStatistics? statistics, long position)
    {
        var row = catalog.Intern(entry.ItemId);
        var signal = policy.SignalOf(entry);
        statistics?.Observe(History.NewestFirst.AsSpan(), row, signal, entry.TimestampMs, position);
        History.Apply(row, entry.Type, entry.Operation, signal, entry.TimestampMs);
        _events.Add(entry.EventHash);
        Version++;
    }
}
