using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Erasure;

/// <summary>
/// Erased users in Redis, and the job that leaves no byte of them: deleted keys are gone from memory at once, and live on in the
/// append-only file until it is rewritten, and in a snapshot until the next one. Thread-safe.
/// </summary>
internal sealed class RedisErasures(RedisConnection connection, RedisKeys keys, RedisUserHashes hashes, TimeProvider time) : IErasureStore
{
    private readonly RedisFileRewrite _files = new(time);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<long> CountAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Users.Count;

    public async ValueTask<ErasureRecords> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var partitions = await Task.WhenAll(keys.Partitions.Select(partition => connection.Database.SortedSetRangeByScoreWithScoresAsync(
            partition.Erased, NowMs, double.PositiveInfinity, Exclude.Start).OrUnavailableAsync()));
        var users = partitions.SelectMany(entries => entries)
            .GroupBy(entry => Convert.ToHexString((byte[])entry.Element!), entry => (long)entry.Score, StringComparer.Ordinal)
            .OrderBy(user => user.Key, StringComparer.Ordinal)
            .Select(user => new ErasedUser(Convert.FromHexString(user.Key), user.Max()));
        return new ErasureRecords(await hashes.KeyAsync(), [.. users]);
    }

    /// <remarks>A user's partition is that of the id, which the hash does not tell: so each partition gets all. They are few, and end.</remarks>
    public async ValueTask WriteAsync(ErasureRecords records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        await RedisInstallation.SetErasureKeyAsync(connection, keys, records.Key);
        hashes.Forget();
        foreach (var some in records.Users.Chunk(1000))
        {
            var entries = Array.ConvertAll(some, user => new SortedSetEntry(user.Hash, user.UntilMs));
            await Task.WhenAll(keys.Partitions.Select(partition => connection.Database.SortedSetAddAsync(partition.Erased, entries).OrUnavailableAsync()));
        }
    }

    public async Task CompactAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        progress.Report("Forgetting whose time is over");
        await Task.WhenAll(keys.Partitions.Select(partition =>
            connection.Database.SortedSetRemoveRangeByScoreAsync(partition.Erased, double.NegativeInfinity, NowMs).OrIoAsync()));
        var servers = connection.Multiplexer.GetServers().Where(server => server.ServerType != ServerType.Sentinel).ToLookup(server => server.IsConnected);
        foreach (var server in servers[true])
        {
            await _files.RewriteAsync(server, progress, cancellationToken);
        }

        if (servers[false].Any())
        {
            throw new IOException($"{string.Join(", ", servers[false].Select(server => server.EndPoint))} could not be reached: what was deleted may still be in files there. Compact again when it is back.");
        }
    }
}
