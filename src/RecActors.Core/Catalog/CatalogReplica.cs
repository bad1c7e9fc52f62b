using System.Collections.Immutable;
using RecActors.Snapshots;

namespace RecActors.Catalog;

/// <summary>
/// The whole catalog in memory. Every item id that was ever named gets a <b>row</b>: a dense int from 0, kept for the life of
/// the process, deleted or not. Inside a silo items travel as rows, outside as ids.
/// Safe for concurrent use: writers take turns, readers take no lock.
/// </summary>
public sealed class CatalogReplica
{
    private readonly AppendOnlyList<Entry> _entries = new();
    private readonly SharedCategories _categories = new();
    private readonly IdTable _rows;
    private readonly Lock _writer = new();
    private ImmutableArray<ICatalogObserver> _observers = [];
    private long _version;
    private long _generation;

    /// <param name="keepLabels">False to forget the labels of items once they are tokens: for catalogs that memory is short for.</param>
    public CatalogReplica(bool keepLabels = true)
    {
        HasLabels = keepLabels;
        _rows = new IdTable(IdOf);
        RowsById = Comparer<int>.Create((left, right) => string.CompareOrdinal(IdOf(left), IdOf(right)));
    }

    /// <summary>Number of rows, those of unknown and deleted items included.</summary>
    public int Count => _entries.Count;

    /// <summary>
    /// The highest feed number applied. When changes are also applied from elsewhere than the feed, it is not a cursor: an
    /// earlier change of another item may be missing.
    /// </summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Grows with every change of an item, so that caches can tell whether they are fresh.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>The tokens of all items' content.</summary>
    public TokenVocabulary Vocabulary { get; } = new();

    /// <summary>Rows in the ordinal order of their ids: an order that every process shares.</summary>
    public IComparer<int> RowsById { get; }

    private bool HasLabels { get; }

    /// <summary>The item of a row, or null when it is unknown or deleted. Rows are below <see cref="Count"/>.</summary>
    public ItemRecord? this[int row] => _entries[row].Item;

    /// <summary>The row of an id, when it has one.</summary>
    public bool TryGetRow(string itemId, out int row) => _rows.TryGet(itemId, out row);

    /// <summary>The id of a row below <see cref="Count"/>.</summary>
    public string IdOf(int row) => _entries[row].ItemId;

    /// <summary>The content of a row below <see cref="Count"/>, empty when the item is unknown or deleted.</summary>
    public ContentFeatures FeaturesOf(int row) => _entries[row].Features;

    /// <summary>The feed number of the last change of a row below <see cref="Count"/>, 0 for none.</summary>
    public long ChangeNumberOf(int row) => _entries[row].ChangeNumber;

    /// <summary>The row of an id, also before the item is known: a history may name it first.</summary>
    public int Intern(string itemId)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        if (_rows.TryGet(itemId, out var row))
        {
            return row;
        }

        lock (_writer)
        {
            return InternLocked(itemId);
        }
    }

    /// <summary>
    /// Applies a change and returns the item's row. A change that is not newer than the last one of the same item does
    /// nothing, so one change may arrive more than once and by more than one way.
    /// </summary>
    public int Apply(CatalogChange change)
    {
        ArgumentException.ThrowIfNullOrEmpty(change.ItemId);
        if (change.Item is { } named && !string.Equals(named.ItemId, change.ItemId, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The change of '{change.ItemId}' carries the record of '{named.ItemId}'.", nameof(change));
        }

        lock (_writer)
        {
            var row = InternLocked(change.ItemId);
            var known = _entries[row];
            if (change.Number <= known.ChangeNumber)
            {
                return row;
            }

            var features = change.Item is { } item ? ContentTokens.Of(item, Vocabulary) : ContentFeatures.Empty;
            foreach (var observer in _observers)
            {
                observer.OnItemChanged(row, change.Item, features);
            }

            _entries[row] = new Entry(known.ItemId, Kept(change.Item, known.ItemId), features, change.Number);
            Volatile.Write(ref _version, Math.Max(_version, change.Number));
            Volatile.Write(ref _generation, _generation + 1);
            return row;
        }
    }

    /// <summary>
    /// Calls the observer with every change from now on, until the answer is disposed; with <paramref name="replay"/> first with
    /// every row that is there, while changes wait.
    /// </summary>
    public IDisposable Subscribe(ICatalogObserver observer, bool replay = false)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_writer)
        {
            for (var row = 0; replay && row < _entries.Count; row++)
            {
                observer.OnItemChanged(row, _entries[row].Item, _entries[row].Features);
            }

            _observers = _observers.Add(observer);
        }

        return new Subscription(this, observer);
    }

    /// <summary>Everything that changes have made of it. Safe beside changes: one after <paramref name="cursor"/> may be in it or not.</summary>
    /// <param name="cursor">A number up to which every change is applied.</param>
    public CatalogSnapshot Export(long cursor)
    {
        var items = new List<CatalogSnapshotItem>(Count);
        for (var row = 0; row < Count; row++)
        {
            // What a history alone has named gets its row from the history.
            if (_entries[row] is { ChangeNumber: > 0 } entry)
            {
                items.Add(new CatalogSnapshotItem(entry.ItemId, entry.ChangeNumber, entry.Item, entry.Features));
            }
        }

        // After the items: their tokens are among them.
        return new CatalogSnapshot(cursor, ContentTokens.Rules, HasLabels, Vocabulary.ToArray(), items);
    }

    /// <summary>
    /// Takes an exported catalog over. False, with nothing done, when this version or these options would have derived something else, or the replica is not
    /// empty: numbers of rows and tokens are given out then.
    /// </summary>
    public bool TryImport(CatalogSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.TokenRules != ContentTokens.Rules || snapshot.HasLabels != HasLabels)
        {
            return false;
        }

        lock (_writer)
        {
            if (_entries.Count > 0 || Vocabulary.Count > 0)
            {
                return false;
            }

            foreach (var token in snapshot.Tokens)
            {
                Vocabulary.Intern(token);
            }

            var version = 0L;
            foreach (var (itemId, number, item, features) in snapshot.Items)
            {
                var row = InternLocked(itemId);
                foreach (var observer in _observers)
                {
                    observer.OnItemChanged(row, item, features);
                }

                _entries[row] = new Entry(itemId, Kept(item, itemId), features, number);
                version = Math.Max(version, number);
            }

            Volatile.Write(ref _version, version);
            Volatile.Write(ref _generation, _generation + snapshot.Items.Count);
        }

        return true;
    }

    /// <summary>The record with what it shares with others in their memory.</summary>
    private ItemRecord? Kept(ItemRecord? item, string itemId) => item is null ? null : item with
    {
        ItemId = itemId,
        LabelsJson = HasLabels ? item.LabelsJson : null,
        Categories = _categories.Of(item.Categories),
    };

    private int InternLocked(string itemId)
    {
        if (!_rows.TryGet(itemId, out var row))
        {
            row = _entries.Add(new Entry(itemId, null, ContentFeatures.Empty, 0));
            _rows.Add(itemId, row);
        }

        return row;
    }

    private void Unsubscribe(ICatalogObserver observer)
    {
        lock (_writer)
        {
            _observers = _observers.Remove(observer);
        }
    }

    /// <summary>A row as a whole: replaced by reference, so a record and its features never mix.</summary>
    private sealed record Entry(string ItemId, ItemRecord? Item, ContentFeatures Features, long ChangeNumber);

    private sealed class Subscription(CatalogReplica replica, ICatalogObserver observer) : IDisposable
    {
        public void Dispose() => replica.Unsubscribe(observer);
    }
}
