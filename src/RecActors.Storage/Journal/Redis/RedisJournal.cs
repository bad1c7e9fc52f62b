using Microsoft.Extensions.Options;
using RecActors.Erasure;
using RecActors.Feedback;
using RecActors.Packing;
using RecActors.Redis;
using RecActors.Storage;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// The user journal in Redis: a list per user in one of many partitions, and one script that checks epoch and length, gives out the
/// position and appends. Positions are microseconds of a clock of each partition, which follows the server's and never goes back.
/// </summary>
internal sealed class RedisJournal : IUserJournal, IAsyncDisposable
{
    [ThreadStatic]
    private static PackedWriter? _packer;

    private readonly RedisConnection _connection;
    private readonly RedisKeys _keys;
    private readonly RedisStorageOptions _options;
    private readonly StorageTelemetry _telemetry;
    private readonly RedisRangeReader _ranges;
    private readonly RedisUserLists _users;
    private readonly RedisItemIndex _index;
    private readonly RedisUserHashes _hashes;
    private readonly TimeProvider _time;
    private readonly TouchMarks _marks = new();
    private readonly Lazy<RedisGroupWriter[]> _writers;

    public RedisJournal(
        RedisConnection connection,
        RedisKeys keys,
        RedisUserHashes hashes,
        IOptions<RedisStorageOptions> options,
        StorageTelemetry telemetry,
        TimeProvider time)
    {
        _connection = connection;
        _keys = keys;
        _options = options.Value;
        _telemetry = telemetry;
        _hashes = hashes;
        _time = time;
        _users = new RedisUserLists(connection, keys);
        _index = new RedisItemIndex(connection, keys, _users);
        _ranges = new RedisRangeReader(connection, keys, _users, _options.RangeWindowEntries);

        // Without a cluster one script writes to all partitions; in one it reaches a single slot.
        _writers = new(() => [.. Enumerable.Range(0, connection.IsCluster ? keys.Partitions.Count : 1)
            .Select(_ => new RedisGroupWriter(connection, _options, telemetry))]);
    }

    public async ValueTask<OpenedJournal> OpenAsync(string userId, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        var answer = await RedisScript.Open.RunAsync(
            _connection.Database,
            [partition.JournalOf(user), partition.Clock, partition.Erased],
            [(long)_options.UnusedOwnerLifetime.TotalMilliseconds, await HashOfAsync(userId), NowMs]).OrUnavailableAsync();
        return new OpenedJournal((long)answer[0], JournalList.EntriesOf((RedisValue[])answer[1]!), (long)answer[2]);
    }

    /// <remarks>Of no replica: one that is behind would make it look as if actions were lost, or a replaced owner as if it still owned.</remarks>
    public async ValueTask<IReadOnlyList<FeedbackEntry>> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        return JournalList.EntriesOf(await _connection.Database.ListRangeAsync(partition.JournalOf(user), flags: CommandFlags.DemandMaster).OrUnavailableAsync());
    }

    /// <inheritdoc cref="ReadAsync" path="/remarks"/>
    public async ValueTask<JournalHead> ReadHeadAsync(string userId, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        return JournalList.HeadOf(await _connection.Database.ListGetByIndexAsync(partition.JournalOf(user), 0, CommandFlags.DemandMaster).OrUnavailableAsync());
    }

    /// <remarks>Cancellation is heeded until the append is queued; then its outcome is awaited.</remarks>
    public ValueTask<AppendResult> AppendAsync(
        string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var (user, partition) = Locate(userId, cancellationToken);
        var append = new RedisAppend(partition, userId, user, new JournalHead(epoch, expectedLength), entries, _marks, _packer ??= new PackedWriter());
        return _telemetry.TracesAppends ? TracedAsync(append) : Enqueued(append);
    }

    private async ValueTask<AppendResult> TracedAsync(RedisAppend append)
    {
        using var activity = _telemetry.StartAppend(append.Entries);
        return await Enqueued(append).ConfigureAwait(false);
    }

    private ValueTask<AppendResult> Enqueued(RedisAppend append)
    {
        var writers = _writers.Value;
        writers[append.Partition.Index % writers.Length].Enqueue(append);
        return append.Done;
    }

    /// <remarks>
    /// The read may have been answered by a primary that is gone, so the one that is asked to wait looks as well; and waiting covers what
    /// the connection has written, so it writes: the clock may always go on.
    /// </remarks>
    public async ValueTask<bool> EnsureDurableAsync(string userId, JournalHead read, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        return _options.ReplicasToWaitFor == 0 || (bool)await _connection.WriteAsync(
            partition.Clock,
            database => RedisScript.Prove.RunAsync(database, [partition.JournalOf(user), partition.Clock], [read.Epoch, read.Length])).OrUnavailableAsync();
    }

    public ValueTask DeleteAsync(string userId, CancellationToken cancellationToken) => DeleteAsync(userId, [], cancellationToken);

    public async ValueTask EraseAsync(string userId, DateTimeOffset refuseUntil, CancellationToken cancellationToken) =>
        await DeleteAsync(userId, [await HashOfAsync(userId), refuseUntil.ToUnixTimeMilliseconds(), NowMs], cancellationToken);

    public async ValueTask<bool> ReadmitAsync(string userId, CancellationToken cancellationToken)
    {
        var (_, partition) = Locate(userId, cancellationToken);
        var hash = await HashOfAsync(userId);
        var refusedUntilMs = await RefusedUntilMsAsync(partition, hash);

        // A restore, which does not know the ids, has put the hash into every partition. The user's own decides, and is as safe as an append:
        // a failover refuses nobody who was told to be welcome.
        await Task.WhenAll(_keys.Partitions.Select(any => _connection.Database.SortedSetRemoveAsync(any.Erased, hash).OrUnavailableAsync()));
        await _connection.WriteAsync(partition.Erased, database => database.ExecuteAsync("ZREM", partition.Erased, hash)).OrUnavailableAsync();
        return refusedUntilMs > NowMs;
    }

    public async ValueTask<bool> IsErasedAsync(string userId, CancellationToken cancellationToken)
    {
        var (_, partition) = Locate(userId, cancellationToken);
        return await RefusedUntilMsAsync(partition, await HashOfAsync(userId)) > NowMs;
    }

    public async ValueTask RegisterAsync(string userId, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        await _connection.Database.SortedSetAddAsync(partition.Users, user, 0).OrUnavailableAsync();
    }

    public async ValueTask<bool> ContainsAsync(string userId, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        return await _connection.Database.SortedSetScoreAsync(partition.Users, user).OrUnavailableAsync() is not null;
    }

    public async ValueTask<IReadOnlyList<string>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cancellationToken.ThrowIfCancellationRequested();
        return [.. (await _users.ListAsync(after is null ? null : RedisKeys.BytesOf(after), count)).Select(RedisKeys.IdOf)];
    }

    public async ValueTask<IReadOnlyList<string>> ListUsersOfItemAsync(
        string itemId, string? after, int count, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        await _index.CatchUpAsync((await GetHeadAsync(cancellationToken)).Value, cancellationToken);
        var users = await _index.ListAsync(RedisKeys.BytesOf(itemId), after is null ? null : RedisKeys.BytesOf(after), count);
        return [.. users.Select(RedisKeys.IdOf)];
    }

    /// <summary>Brings the index of items up to date, where there is one and no other process does; true when this one did.</summary>
    internal Task<bool> KeepIndexAsync(CancellationToken cancellationToken) => _index.KeepUpAsync(
        async () => (await GetHeadAsync(cancellationToken)).Value, _options.IndexPeriod, cancellationToken);

    public async ValueTask<JournalPosition> GetHeadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clocks = _keys.Partitions.Select(partition => partition.Clock).ToArray();
        var head = (await ReadNumbersAsync(clocks)).Max();

        // A partition that is behind would give a later append an earlier position than the head.
        await Task.WhenAll(Groups(clocks).Select(group =>
            RedisScript.Seal.RunAsync(_connection.Database, group, [head]).OrUnavailableAsync()));
        return new JournalPosition(head);
    }

    public async ValueTask<long> CountEntriesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await ReadNumbersAsync([.. _keys.Partitions.Select(partition => partition.Count)])).Sum();
    }

    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _connection.Database.PingAsync().OrUnavailableAsync();
    }

    public IAsyncEnumerable<JournalRecord> ReadRangeAsync(JournalPosition after, JournalPosition through, CancellationToken cancellationToken) =>
        _ranges.ReadAsync(after.Value, through.Value, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_writers.IsValueCreated)
        {
            foreach (var writer in _writers.Value)
            {
                await writer.DisposeAsync();
            }
        }

        _index.Dispose();
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask DeleteAsync(string userId, RedisValue[] erasure, CancellationToken cancellationToken)
    {
        var (user, partition) = Locate(userId, cancellationToken);
        var journal = partition.JournalOf(user);
        bool isDone;
        do
        {
            // What somebody appends or opens between the two is read again.
            cancellationToken.ThrowIfCancellationRequested();
            var elements = await _connection.Database.ListRangeAsync(journal, flags: CommandFlags.DemandMaster).OrUnavailableAsync();
            RedisKey[] keys = [journal, partition.Touched, partition.Users, partition.Erased, .. JournalList.ItemsOf(elements).Select(item => partition.UsersOf(item))];
            RedisValue[] arguments = [user, elements is [var header, ..] ? header : RedisValue.EmptyString, .. erasure];

            // With as many replicas as an append: a failover brings nobody back.
            isDone = (bool)await _connection.WriteAsync(journal, database => RedisScript.Delete.RunAsync(database, keys, arguments)).OrUnavailableAsync();
        }
        while (!isDone);
    }

    private async ValueTask<RedisValue> HashOfAsync(string userId) => await _hashes.OfAsync(userId);

    private async Task<double> RefusedUntilMsAsync(PartitionKeys partition, RedisValue hash) =>
        await _connection.Database.SortedSetScoreAsync(partition.Erased, hash, CommandFlags.DemandMaster).OrUnavailableAsync() ?? 0;

    private (byte[] User, PartitionKeys Partition) Locate(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        var user = RedisKeys.BytesOf(userId);
        return (user, _keys.PartitionOf(user));
    }

    private async Task<IEnumerable<long>> ReadNumbersAsync(RedisKey[] keys)
    {
        var values = await Task.WhenAll(Groups(keys).Select(group => _connection.Database.StringGetAsync(group).OrUnavailableAsync()));
        return values.SelectMany(group => group).Select(value => value.IsNull ? 0 : (long)value);
    }

    /// <summary>Keys that one command may name together.</summary>
    private IEnumerable<RedisKey[]> Groups(RedisKey[] keys) => _connection.IsCluster ? keys.Select(key => new[] { key }) : [keys];
}
