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
        return Decode(await OrUnavailable(connection.Database.HashGetAsync(keys.CatalogItems, RedisKeys.BytesOf(itemId))));
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
        var number = await OrUnavailable(connection.Database.StringGetAsync(keys.CatalogNumber));
        return number.IsNull ? 0 : (long)number;
    }

    public async IAsyncEnumerable<CatalogChange> ReadChangesAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await OrUnavailable(connection.Database.SortedSetRangeByScoreWithScoresAsync(
                keys.CatalogFeed, after, double.PositiveInfinity, Exclude.Start, Order.Ascending, 0, FeedPage));
            if (page.Length == 0)
            {
                yield break;
            }

            // A record may be newer than its place in the page: then its later change comes in a later page.
            var records = await OrUnavailable(connection.Database.HashGetAsync(keys.CatalogItems, Array.ConvertAll(page, entry => entry.Element)));
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
        var ids = await OrUnavailable(connection.Database.SortedSetRangeByValueAsync(
            keys.CatalogIds, after, default, Exclude.Start, Order.Ascending, 0, count));
        var records = await OrUnavailable(connection.Database.HashGetAsync(keys.CatalogItems, ids));
        return [.. records.Select(Decode).OfType<ItemRecord>()];
    }

    private async Task<long> WriteAsync(string itemId, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        cancellationToken.ThrowIfCancellationRequested();
        return (long)await OrUnavailable(RedisScript.PutItem.RunAsync(
            connection.Database, [keys.CatalogNumber, keys.CatalogItems, keys.CatalogFeed, keys.CatalogIds], arguments));
    }

    private static ItemRecord? Decode(RedisValue record) =>
        record.IsNull ? null : ItemRecordCodec.Decode(((ReadOnlyMemory<byte>)record).Span);

    private static async Task<T> OrUnavailable<T>(Task<T> operation)
    {
        try
        {
            return await operation;
        }
        catch (Exception failure) when (RedisFailures.IsOurs(failure))
        {
            throw new CatalogUnavailableException(RedisFailures.Describe(failure), failure);
        }
    }
}
