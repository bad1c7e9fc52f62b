using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>Who there is: partition by partition, in ordinal order within one. The order is stable, so a list goes on after its last user.</summary>
internal sealed class RedisUserLists(RedisConnection connection, RedisKeys keys)
{
    /// <summary>Up to so many users after a user, or from the first.</summary>
    public async Task<List<RedisValue>> ListAsync(byte[]? after, int count)
    {
        var users = new List<RedisValue>();
        for (var index = after is null ? 0 : keys.PartitionOf(after).Index; index < keys.Partitions.Count && users.Count < count; index++)
        {
            users.AddRange(await connection.Database.SortedSetRangeByValueAsync(
                keys.Partitions[index].Users, after ?? RedisValue.Null, default, Exclude.Start, Order.Ascending, 0, count - users.Count).OrUnavailableAsync());
            after = null;
        }

        return users;
    }

    /// <summary>
    /// All users of a partition with entries after a position, and those who have acted shortly before it (<see cref="TouchMarks.Ahead"/>), page by page; one who acts meanwhile
    /// may come twice.
    /// </summary>
    public async IAsyncEnumerable<RedisValue[]> TouchedAsync(PartitionKeys partition, long after, int pageSize)
    {
        var began = (double)await connection.Database.StringGetAsync(partition.Clock, CommandFlags.DemandMaster).OrUnavailableAsync();
        var (last, pages, again) = ((double)after, 0, false);
        while (true)
        {
            // A partition's marks are distinct, as its positions are, so none is missed between two pages.
            var page = await connection.Database.SortedSetRangeByScoreWithScoresAsync(
                partition.Touched, last, double.PositiveInfinity, Exclude.Start, Order.Ascending, 0, pageSize).OrUnavailableAsync();
            if (page.Length > 0)
            {
                pages++;
                yield return Array.ConvertAll(page, entry => entry.Element);
                last = page[^1].Score;
            }
            else if (again || pages < 2)
            {
                yield break;
            }
            else
            {
                // A version that touches users at the entry itself may have moved one from ahead of a page to behind it, though not behind the clock.
                (last, again) = (Math.Max(after, began), true);
            }
        }
    }
}
