using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Journal;
using RecActors.Threads;

namespace RecActors.Training;

/// <summary>
/// Collects a <see cref="TrainingSet"/> from journal records, in the order of their positions. Actions that the policy
/// ignores are left out, as are those whose feedback row was removed later: what a user took back is not trained on. Not thread-safe.
/// </summary>
public sealed class TrainingSetBuilder(FeedbackPolicy policy)
{
    private readonly Numbering _users = new();
    private readonly Numbering _items = new();
    private readonly Numbering _types = new();
    private readonly List<string?> _userLabels = [];
    private readonly List<ItemRecord?> _records = [];
    private readonly List<Event> _events = [];

    // Feedback rows that were removed, with the number of events before the (last) removal. Rare, so it stays small.
    private readonly Dictionary<(int User, int Item, int Type), int> _removals = [];
    private JournalPosition _cut;

    /// <summary>Events so far.</summary>
    public int Count => _events.Count;

    /// <summary>Adds an item of the catalog; a later record of the same item replaces an earlier.</summary>
    public void AddItem(ItemRecord item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _records[ItemOf(item.ItemId)] = item;
        BackgroundThread.GiveWay();
    }

    /// <summary>Adds what is known of a user: labels as JSON, or null.</summary>
    public void AddUser(string userId, string? labelsJson) => _userLabels[UserOf(userId)] = labelsJson;

    /// <summary>Adds a journal record and moves the cut to its position.</summary>
    public void Add(JournalRecord record)
    {
        Add(record.UserId, record.Entry, record.Position.Value);
        if (record.Position > _cut)
        {
            _cut = record.Position;
        }
    }

    /// <summary>Adds an action that has no place in a journal, as evaluation does.</summary>
    public void Add(string userId, FeedbackEntry entry) => Add(userId, entry, position: 0);

    /// <summary>The set. The builder may be added to and built again.</summary>
    public TrainingSet Build()
    {
        var kept = _removals.Count == 0 ? _events : [.. _events.Where((e, index) => !WasRemoved(e, index))];
        var count = kept.Count;
        var columns = new TrainingEvents(
            new int[count], new int[count], new int[count], new float[count], new float[count], new Polarity[count], new long[count], new long[count]);
        for (var row = 0; row < count; row++)
        {
            var e = kept[row];
            columns.User[row] = e.User;
            columns.Item[row] = e.Item;
            columns.Type[row] = e.Type;
            columns.Value[row] = e.Value;
            columns.Weight[row] = e.Weight;
            columns.Polarity[row] = e.Polarity;
            columns.TimestampMs[row] = e.TimestampMs;
            columns.Position[row] = e.Position;
        }

        return new(columns, [.. _users.Ids], [.. _userLabels], [.. _items.Ids], [.. _records], [.. _types.Ids], _cut);
    }

    private void Add(string userId, FeedbackEntry entry, long position)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Operation == FeedbackOperation.Remove)
        {
            _removals[(UserOf(userId), ItemOf(entry.ItemId), _types.Of(entry.Type))] = _events.Count;
            if (_types.Contains(UserHistory.Shown + entry.Type))
            {
                _removals[(UserOf(userId), ItemOf(entry.ItemId), _types.Of(UserHistory.Shown + entry.Type))] = _events.Count;
            }

            return;
        }

        var type = entry.Operation == FeedbackOperation.Show ? UserHistory.Shown + entry.Type : entry.Type;
        var signal = policy.SignalOf(entry);
        if (signal.Polarity != Polarity.Ignored)
        {
            _events.Add(new(
                UserOf(userId), ItemOf(entry.ItemId), _types.Of(type),
                (float)entry.Value, signal.Weight, signal.Polarity, entry.TimestampMs, position));
        }

        BackgroundThread.GiveWay();
    }

    private bool WasRemoved(Event e, int index) => _removals.TryGetValue((e.User, e.Item, e.Type), out var before) && index < before;

    private int UserOf(string userId) => Extend(_users.Of(userId), _userLabels);

    private int ItemOf(string itemId) => Extend(_items.Of(itemId), _records);

    private static int Extend<T>(int index, List<T?> column)
    {
        if (index == column.Count)
        {
            column.Add(default);
        }

        return index;
    }

    private readonly record struct Event(int User, int Item, int Type, float Value, float Weight, Polarity Polarity, long TimestampMs, long Position);

    /// <summary>Numbers strings by first appearance.</summary>
    private sealed class Numbering
    {
        private readonly Dictionary<string, int> _indexOf = new(StringComparer.Ordinal);

        public List<string> Ids { get; } = [];

        public bool Contains(string id) => _indexOf.ContainsKey(id);

        public int Of(string id)
        {
            if (!_indexOf.TryGetValue(id, out var index))
            {
                index = Ids.Count;
                _indexOf.Add(id, index);
                Ids.Add(id);
            }

            return index;
        }
    }
}
