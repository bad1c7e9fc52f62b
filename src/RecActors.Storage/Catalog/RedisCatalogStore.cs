using System.Runtime.CompilerServices;
using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Catalog;

/// <summary>
/// The catalog in Redis: a hash of records, and a feed that is folded: it has each item once, at the number of its last change, a
/// deleted one too. All of it lies in one slot, so that a write is one script.
/// </summary>
internal sealed class RedisCatalogStore(RedisConnection connection, RedisKeys keys) : ICatalogStore
{
    private const int FeedPage = 1024;

    // Changes are numbered from 1.
    private const long Refused = 0;

    public async ValueTask<ItemRecord?> GetAsync(string itemId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        return Decode(await connection.Database.HashGetAsync(keys.CatalogItems, RedisKeys.BytesOf(itemId)).OrCatalogUnavailableAsync());
    }

    public async ValueTask<CatalogChange> GetLastChangeAsync(string itemId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        cancellationToken.ThrowIfCancellationRequested();

        // One after the other, so that the record is no older than the number; and of no replica, which may be behind.
        var id = RedisKeys.BytesOf(itemId);
        var number = await connection.Database.SortedSetScoreAsync(keys.CatalogFeed, id, CommandFlags.DemandMaster).OrCatalogUnavailableAsync();
        var record = await connection.Database.HashGetAsync(keys.CatalogItems, id, CommandFlags.DemandMaster).OrCatalogUnavailableAsync();
        return new CatalogChange((long)(number ?? 0), itemId, Decode(record));
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

    public async ValueTask<long> GetHeadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // A replica that is behind must not look like lost data.
        var number = await connection.Database.StringGetAsync(keys.CatalogNumber, CommandFlags.DemandMaster).OrCatalogUnavailableAsync();
        return number.IsNull ? 0 : (long)number;
    }

    public async IAsyncEnumerable<CatalogChange> ReadChangesAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await connection.Database.SortedSetRangeByScoreWithScoresAsync(
                keys.CatalogFeed, after, double.PositiveInfinity, Exclude.Start, Order.Ascending, 0, FeedPage, CommandFlags.DemandMaster).OrCatalogUnavailableAsync();
            if (page.Length == 0)
            {
                yield break;
            }

            // A record may be newer than its place in the page: then its later change comes in a later page. It must not be older, so neither
            // is read from a replica.
            var records = await connection.Database.HashGetAsync(keys.CatalogItems, Array.ConvertAll(page, entry => entry.Element), CommandFlags.DemandMaster).OrCatalogUnavailableAsync();
            for (var i = 0; i < page.Length; i++)
            {
                yield return new CatalogChange((long)page[i].Score, RedisKeys.IdOf(page[i].Element), Decode(records[i]));
            }

            after = (long)page[^1].Score;
        }
    }

    public async ValueTask<IReadOnlyList<ItemRecord>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cancellationToken.ThrowIfCancellationRequested();
        if (count == 0)
        {
            return [];
        }

        var after = afterItemId is null ? RedisValue.Null : (RedisValue)RedisKeys.BytesOf(afterItemId);
        var ids = await connection.Database.SortedSetRangeByValueAsync(
            keys.CatalogIds, after, default, Exclude.Start, Order.Ascending, 0, count).OrCatalogUnavailableAsync();
        var records = await connection.Database.HashGetAsync(keys.CatalogItems, ids).OrCatalogUnavailableAsync();
        return [.. records.Select(Decode).OfType<ItemRecord>()];
    }

    private async ValueTask<long> WriteAsync(string itemId, long? after, byte[]? record, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        RedisValue[] known = [RedisKeys.BytesOf(itemId), after is { } last ? last : RedisValue.EmptyString];
        var number = (long)await RedisScript.PutItem.RunAsync(
            connection.Database,
            [keys.CatalogNumber, keys.CatalogItems, keys.CatalogFeed, keys.CatalogIds],
            record is null ? known : [.. known, record]).OrCatalogUnavailableAsync();
        return number != Refused ? number : throw new ItemChangedException($"'{itemId}' has changed since change {after}.");
    }

    private static ItemRecord? Decode(RedisValue record) =>
        record.IsNull ? null : ItemRecordCodec.Decode(((ReadOnlyMemory<byte>)record).Span);
}
