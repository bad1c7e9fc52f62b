using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// Who has entries on an item: a set for each item in each partition. Appends do not write it: whoever reads it first brings it up to
/// date from the journals, from the position that is noted as indexed. So silos of a version that does not know the index may append
/// beside this one, and an installation without the index gets it at the first question. Entering twice changes nothing, so any
/// number of processes may do it at once. Once it has been asked for, one process keeps it up to date in the background, so that questions find
/// little to do. Thread-safe.
/// </summary>
internal sealed class RedisItemIndex(RedisConnection connection, RedisKeys keys, RedisUserLists users) : IDisposable
{
    /// <summary>
    /// Positions are microseconds. Behind what is noted so much is looked at again: the clock of a replica that has taken over may lag
    /// behind the one that noted it.
    /// </summary>
    private const long Overlap = 1_000_000;

    /// <summary>Further behind than a minute, partitions are noted one by one.</summary>
    private const long Far = 60_000_000;

    private const int JournalsPerPage = 256;
    private const int ConcurrentPartitions = 8;
    private const int PartitionsPerQuestion = 32;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Enters everything up to a position of the journals' head.</summary>
    public async Task CatchUpAsync(long head, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var indexed = (long?)await connection.Database.StringGetAsync(keys.Indexed, CommandFlags.DemandMaster).OrUnavailableAsync() ?? 0;
            if (indexed >= head)
            {
                return;
            }

            var isFar = head - indexed > Far;
            var done = isFar ? await ReadPartitionsAsync() : [];
            await Parallel.ForEachAsync(
                keys.Partitions,
                new ParallelOptions { MaxDegreeOfParallelism = ConcurrentPartitions, CancellationToken = cancellationToken },
                async (partition, cancellation) =>
                {
                    var own = Math.Max(indexed, done.GetValueOrDefault(partition.Index));
                    if (own < head)
                    {
                        await IndexAsync(partition, Math.Max(0, own - Overlap), cancellation);
                    }

                    if (isFar)
                    {
                        await connection.Database.HashSetAsync(keys.IndexedPartitions, partition.Index, Math.Max(own, head)).OrUnavailableAsync();
                    }
                });
            await RedisScript.Seal.RunAsync(connection.Database, [keys.Indexed], [head]).OrUnavailableAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Enters what is new, unless nobody has ever asked for the index or another process does so, or has, in this period. True when this one
    /// did. However long it takes, no other one begins meanwhile.
    /// </summary>
    public async Task<bool> KeepUpAsync(Func<Task<long>> head, TimeSpan period, CancellationToken cancellationToken)
    {
        var hold = period * .9;
        if (!await connection.Database.KeyExistsAsync(keys.Indexed).OrUnavailableAsync()
            || !await connection.Database.StringSetAsync(keys.IndexKeeper, 1, hold, When.NotExists).OrUnavailableAsync())
        {
            return false;
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var holding = HoldAsync(hold, done.Token);
        try
        {
            await CatchUpAsync(await head(), cancellationToken);
        }
        finally
        {
            await done.CancelAsync();
            await holding;
        }

        return true;
    }

    /// <summary>Up to so many users of an item, after a user or from the first, partition by partition.</summary>
    public async Task<List<RedisValue>> ListAsync(byte[] item, byte[]? after, int count)
    {
        var found = new List<RedisValue>();
        var first = after is null ? 0 : keys.PartitionOf(after).Index;
        foreach (var some in keys.Partitions.Skip(first).Chunk(PartitionsPerQuestion))
        {
            var answers = await Task.WhenAll(some.Select(partition => connection.Database.SortedSetRangeByValueAsync(
                partition.UsersOf(item),
                partition.Index == first && after is not null ? after : RedisValue.Null,
                default,
                Exclude.Start,
                Order.Ascending,
                0,
                count,
                CommandFlags.DemandMaster).OrUnavailableAsync()));
            found.AddRange(answers.SelectMany(answer => answer));
            if (found.Count >= count)
            {
                break;
            }
        }

        return found.Count > count ? found[..count] : found;
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Keeps the keeper's key from expiring. After the end it stays for the rest of the period, in which nobody has to do it again.</summary>
    private async Task HoldAsync(TimeSpan hold, CancellationToken done)
    {
        using var timer = new PeriodicTimer(hold / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                await ProlongAsync(hold);
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
    }

    private async Task ProlongAsync(TimeSpan hold)
    {
        try
        {
            // Also where it has expired while this process stood still: if another one has begun since, two do the same, which changes nothing.
            await connection.Database.StringSetAsync(keys.IndexKeeper, 1, hold).OrUnavailableAsync();
        }
        catch (JournalUnavailableException)
        {
            // The work hears of it, too, or the next time finds Redis back.
        }
    }

    private async Task<Dictionary<int, long>> ReadPartitionsAsync() =>
        (await connection.Database.HashGetAllAsync(keys.IndexedPartitions, CommandFlags.DemandMaster).OrUnavailableAsync())
            .ToDictionary(entry => (int)entry.Name, entry => (long)entry.Value);

    private async Task IndexAsync(PartitionKeys partition, long after, CancellationToken cancellationToken)
    {
        await foreach (var page in users.TouchedAsync(partition, after, JournalsPerPage))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(page.Select(user => IndexAsync(partition, (byte[])user!, after)));
        }
    }

    private async Task IndexAsync(PartitionKeys partition, byte[] user, long after)
    {
        var journal = partition.JournalOf(user);
        var elements = await connection.Database.ListRangeAsync(journal, flags: CommandFlags.DemandMaster).OrUnavailableAsync();
        if (elements.Length > 1 && JournalList.ItemsOf(elements, after) is { Count: > 0 } items)
        {
            await RedisScript.IndexItems.RunAsync(
                connection.Database,
                [journal, .. items.Select(item => partition.UsersOf(item))],
                [user, JournalList.FirstOf(elements)]).OrUnavailableAsync();
        }
    }
}
