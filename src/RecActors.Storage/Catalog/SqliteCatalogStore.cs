using System.Runtime.CompilerServices;
using RecActors.Packing;
using RecActors.Sqlite;
using RecActors.Threads;

namespace RecActors.Catalog;

/// <summary>
/// The catalog in SQLite. The feed is folded: an item's row has the number of its last change as its key, so a write is one
/// replaced row, the table in key order is the feed, and a deleted item stays as an empty row.
/// </summary>
internal sealed class SqliteCatalogStore(SqliteDatabase database) : ICatalogStore
{
    private const int FeedPage = 1024;

    private const string Replace = """
        INSERT OR REPLACE INTO items(number, id, record)
        SELECT (SELECT coalesce(max(number), 0) + 1 FROM items), ?1, ?2
        WHERE ?3 IS NULL OR ?3 = coalesce((SELECT number FROM items WHERE id = ?1), 0)
        RETURNING number
        """;

    // Changes are numbered from 1.
    private const long Refused = 0;

    private const string Get = "SELECT record FROM items WHERE id = ?";
    private const string LastChange = "SELECT number, record FROM items WHERE id = ?";
    private const string Head = "SELECT coalesce(max(number), 0) FROM items";
    private const string Changes = "SELECT number, id, record FROM items WHERE number > ? ORDER BY number LIMIT ?";
    private const string List = "SELECT record FROM items WHERE id > ? AND record IS NOT NULL ORDER BY id LIMIT ?";

    public ValueTask<ItemRecord?> GetAsync(string itemId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = database.Readers.Rent();
        using var row = reader.Session.Prepare(Get).Bind(1, OrdinalText.GetBytes(itemId));
        return ValueTask.FromResult(row.Step() && !row.IsNull(0) ? ItemRecordCodec.Decode(row.Blob(0)) : null);
    }

    public ValueTask<CatalogChange> GetLastChangeAsync(string itemId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = database.Readers.Rent();
        using var row = reader.Session.Prepare(LastChange).Bind(1, OrdinalText.GetBytes(itemId));
        return ValueTask.FromResult(row.Step()
            ? new CatalogChange(row.Int64(0), itemId, row.IsNull(1) ? null : ItemRecordCodec.Decode(row.Blob(1)))
            : new CatalogChange(0, itemId, null));
    }

    public ValueTask<long> PutAsync(ItemRecord item, long? after, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        return WriteAsync(item.ItemId, after, ItemRecordCodec.Encode(item), cancellationToken);
    }

    public ValueTask<long> DeleteAsync(string itemId, long? after, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        return WriteAsync(itemId, after, record: null, cancellationToken);
    }

    public ValueTask<long> GetHeadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = database.Readers.Rent();
        using var row = reader.Session.Prepare(Head);
        row.Step();
        return ValueTask.FromResult(row.Int64(0));
    }

    public async IAsyncEnumerable<CatalogChange> ReadChangesAsync(
        long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // Page by page: a slow consumer must not hold a snapshot of the database open.
            var page = BackgroundThread.IsCurrent ? ReadPageGivingWay(after, cancellationToken) : await Task.Run(() => ReadPage(after), cancellationToken);
            foreach (var change in page)
            {
                yield return change;
            }

            if (page.Count < FeedPage)
            {
                yield break;
            }

            after = page[^1].Number;
        }
    }

    public ValueTask<IReadOnlyList<ItemRecord>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = database.Readers.Rent();

        // Null starts before the empty id; an id is never empty, so the empty blob is before all.
        using var rows = reader.Session.Prepare(List).Bind(1, OrdinalText.GetBytes(afterItemId ?? "")).Bind(2, count);
        var items = new List<ItemRecord>();
        while (rows.Step())
        {
            items.Add(ItemRecordCodec.Decode(rows.Blob(0)));
        }

        return ValueTask.FromResult<IReadOnlyList<ItemRecord>>(items);
    }

    private async ValueTask<long> WriteAsync(string itemId, long? after, byte[]? record, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        var id = OrdinalText.GetBytes(itemId);
        var number = await database.Writer.WriteAsync(
            session =>
            {
                using var row = session.Prepare(Replace).Bind(1, id);
                _ = record is null ? row.BindNull(2) : row.Bind(2, record);
                _ = after is { } last ? row.Bind(3, last) : row.BindNull(3);
                return row.Step() ? row.Int64(0) : Refused;
            },
            id.Length + (record?.Length ?? 0));
        return number != Refused ? number : throw new ItemChangedException($"'{itemId}' has changed since change {after}.");
    }

    private List<CatalogChange> ReadPageGivingWay(long after, CancellationToken cancellationToken) =>
        BackgroundThread.RunSteadily("RecActors catalog", () => ReadPage(after), cancellationToken);

    private List<CatalogChange> ReadPage(long after)
    {
        using var reader = database.Readers.Rent();
        using var rows = reader.Session.Prepare(Changes).Bind(1, after).Bind(2, FeedPage);
        var page = new List<CatalogChange>();
        while (rows.Step())
        {
            page.Add(new CatalogChange(
                rows.Int64(0),
                OrdinalText.GetString(rows.Blob(1)),
                rows.IsNull(2) ? null : ItemRecordCodec.Decode(rows.Blob(2))));
        }

        return page;
    }
}
