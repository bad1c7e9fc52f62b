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

    public async ValueTask<ItemRecord?> GetAsync(string itemId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        return Decode(await connection.Database.HashGetAsync(keys.CatalogItems, RedisKeys.BytesOf(itemId)).OrCatalogUnavailableAsync());
    }

    public async ValueTask<long> PutAsync(ItemRecord item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        return await WriteAsync(item.ItemId, [RedisKeys.BytesOf(item.ItemId), ItemRecordCodec.Encode(item)], cancellationToken);
    }

    public async ValueTask<long> DeleteAsync(string itemId, CancellationToken cancellationToken) =>
        await WriteAsync(itemId, [RedisKeys.BytesOf(itemId)], cancellationToken);

    public async ValueTask<long> GetHeadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = await connection.Database.StringGetAsync(keys.CatalogNumber).OrCatalogUnavailableAsync();
        return number.IsNull ? 0 : (long)number;
    }

    public async IAsyncEnumerable<CatalogChange> ReadChangesAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await connection.Database.SortedSetRangeByScoreWithScoresAsync(
                keys.CatalogFeed, after, double.PositiveInfinity, Exclude.Start, Order.Ascending, 0, FeedPage).OrCatalogUnavailableAsync();
            if (page.Length == 0)
            {
                yield break;
            }

            // A record may be newer than its place in the page: then its later change comes in a later page.
            var records = await connection.Database.HashGetAsync(keys.CatalogItems, Array.ConvertAll(page, entry => entry.Element)).OrCatalogUnavailableAsync();
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

    private async Task<long> WriteAsync(string itemId, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        return (long)await RedisScript.PutItem.RunAsync(
            connection.Database, [keys.CatalogNumber, keys.CatalogItems, keys.CatalogFeed, keys.CatalogIds], arguments).OrCatalogUnavailableAsync();
    }

    private static ItemRecord? Decode(RedisValue record) =>
        record.IsNull ? null : ItemRecordCodec.Decode(((ReadOnlyMemory<byte>)record).Span);
}
