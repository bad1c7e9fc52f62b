using System.Runtime.InteropServices;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemStats;
using RecActors.ItemToItem;

namespace RecActors.Users;

/// <summary>
/// What a user's journal amounts to in memory: a function of its entries in their order, so that a rebuilt state equals one that
/// was kept. Entries themselves are not kept. Not thread-safe: the user's grain is its one writer.
/// </summary>
/// <param name="catalog">Gives items their rows.</param>
/// <param name="policy">What entries say.</param>
/// <param name="rememberedEvents">Event ids remembered, at least; 0 where nobody asks for them.</param>
internal sealed class UserState(CatalogReplica catalog, FeedbackPolicy policy, int rememberedEvents)
{
    private readonly EventMemory? _events = rememberedEvents > 0 ? new(rememberedEvents) : null;
    private PriorityQueue<FeedbackEntry, long>? _later;
    private long _nextDueMs = long.MaxValue;

    /// <summary>Number of entries applied.</summary>
    public long Version { get; private set; }

    /// <summary>The window of recent items, and what was seen.</summary>
    public UserHistory History { get; } = new();

    /// <summary>True when an applied entry carried this event id.</summary>
    public bool Remembers(ulong eventHash) => _events?.Contains(eventHash) is true;

    /// <summary>When the next entry that is to be seen later is due, in Unix milliseconds; the end of all time without any.</summary>
    public long NextDueMs => Volatile.Read(ref _nextDueMs);

    /// <summary>How many entries that were to be seen later are seen by now.</summary>
    public long Matured { get; private set; }

    /// <summary>Lets what was written back for later count as seen when its time has come. True when something did.</summary>
    public bool Mature(long nowMs)
    {
        var before = Matured;
        while (_later is not null && _later.TryPeek(out var entry, out var dueMs) && dueMs <= nowMs)
        {
            _later.Dequeue();
            Show(entry);
            Matured++;
        }

        NoteNextDue();
        return Matured != before;
    }

    /// <summary>Applies an entry that the journal held before.</summary>
    public void Replay(FeedbackEntry entry) => Apply(entry, statistics: null, position: 0);

    /// <summary>Applies an entry that has just become durable, and lets the item statistics see it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="statistics">The item statistics, if they are to see it.</param>
    /// <param name="position">The position of the last entry that was written with it.</param>
    /// <param name="behind">Entries of these that come after it.</param>
    public void Apply(FeedbackEntry entry, LiveItemStatistics? statistics, long position, int behind = 0)
    {
        if (!Begin(entry))
        {
            return;
        }

        var (row, signal) = (catalog.Intern(entry.ItemId), policy.SignalOf(entry));
        statistics?.Observe(History, row, signal, entry.TimestampMs, position, behind);
        History.Apply(row, entry.Type, entry.Operation, signal, entry.TimestampMs);
    }

    /// <summary>Applies an entry that the journal held before, and reduces it to what statistics are to count of it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="statistics">By whose options it is reduced; they stay as they are.</param>
    /// <param name="counted">Gets what is to be counted, if anything.</param>
    /// <param name="sources">Room to work in.</param>
    public void Replay(FeedbackEntry entry, ItemStatistics statistics, StatsDelta counted, List<int> sources)
    {
        if (!Begin(entry))
        {
            return;
        }

        var (row, signal) = (catalog.Intern(entry.ItemId), policy.SignalOf(entry));
        sources.Clear();
        if (statistics.TryReduce(History, new HistoryItem(row, signal.Weight, signal.Polarity, entry.TimestampMs), sources, out var action))
        {
            counted.Add(action, CollectionsMarshal.AsSpan(sources), stamp: 0, position: 0);
        }

        History.Apply(row, entry.Type, entry.Operation, signal, entry.TimestampMs);
    }

    /// <summary>Takes note of an entry. False when it is to be seen later, and says nothing yet.</summary>
    private bool Begin(FeedbackEntry entry)
    {
        _events?.Add(entry.EventHash);
        Version++;
        if (entry.Operation == FeedbackOperation.Show)
        {
            (_later ??= new()).Enqueue(entry, entry.TimestampMs);
            NoteNextDue();
            return false;
        }

        if (entry.Operation == FeedbackOperation.Remove && _later is { Count: > 0 } later)
        {
            TakeBack(entry, later);
            NoteNextDue();
        }

        return true;
    }

    private void Show(FeedbackEntry entry) =>
        History.Apply(catalog.Intern(entry.ItemId), entry.Type, entry.Operation, policy.SignalOf(entry), entry.TimestampMs);

    private void NoteNextDue() => Volatile.Write(ref _nextDueMs, _later is not null && _later.TryPeek(out _, out var dueMs) ? dueMs : long.MaxValue);

    /// <summary>Forgets what is to be seen later of a row that was removed.</summary>
    private static void TakeBack(FeedbackEntry removal, PriorityQueue<FeedbackEntry, long> later)
    {
        var left = later.UnorderedItems.Where(shown => shown.Element.Type != removal.Type || shown.Element.ItemId != removal.ItemId).ToList();
        later.Clear();
        later.EnqueueRange(left);
    }
}
