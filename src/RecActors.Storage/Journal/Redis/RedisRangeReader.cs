using System.Runtime.CompilerServices;
using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// Reads entries of all users in the order of positions. Journals lie by user, so it gathers the entries of the lowest positions up
/// to a window's size, sorts and hands them on, and goes through the journals again for the next ones: memory is bounded.
/// </summary>
internal sealed class RedisRangeReader(RedisConnection connection, RedisKeys keys, RedisUserLists users, int window)
{
    private const int JournalsPerPage = 256;
    private const int ConcurrentPartitions = 8;

    public async IAsyncEnumerable<JournalRecord> ReadAsync(
        long after, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (after < through)
        {
            var gathered = new RangeWindow(after, through, window);
            await Parallel.ForEachAsync(
                keys.Partitions,
                new ParallelOptions { MaxDegreeOfParallelism = ConcurrentPartitions, CancellationToken = cancellationToken },
                async (partition, cancellation) => await GatherAsync(partition, gathered, cancellation));
            foreach (var record in gathered.Sorted())
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
            }

            after = gathered.Through;
        }
    }

    private async Task GatherAsync(PartitionKeys partition, RangeWindow gathered, CancellationToken cancellationToken)
    {
        await foreach (var page in users.TouchedAsync(partition, gathered.After, JournalsPerPage))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var journals = await Task.WhenAll(page.Select(user =>
                connection.Database.ListRangeAsync(partition.JournalOf(((ReadOnlyMemory<byte>)user).Span), 1).OrUnavailableAsync()));
            for (var i = 0; i < page.Length; i++)
            {
                gathered.Add(RedisKeys.IdOf(page[i]), journals[i]);
            }
        }
    }
}
