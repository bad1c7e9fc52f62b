using System.Globalization;
using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>The journal's promises, kept by one Redis server.</summary>
public class RedisJournalContractTests(RedisServers servers) : UserJournalContract, IAsyncDisposable
{
    private readonly List<RedisInstance> _instances = [];
    private readonly string _prefix = RedisInstance.NewPrefix();

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected RedisServers Servers => servers;

    protected virtual async Task<string> ConnectionStringAsync() => (await servers.SingleAsync()).ConnectionString;

    protected virtual void Configure(RedisStorageOptions options)
    {
        options.RangeWindowEntries = 100;
        options.MaxGroupWrites = 50;
    }

    protected override async Task<IUserJournal> JournalAsync()
    {
        var instance = await RedisInstance.StartAsync(await ConnectionStringAsync(), _prefix, Configure);
        _instances.Add(instance);
        return instance.Journal;
    }

    /// <summary>Both processes run: what the first one holds is stale.</summary>
    protected override Task<IUserJournal> AgainAsync() => JournalAsync();
}

/// <summary>What one script call of a server can do at once.</summary>
public sealed class RedisJournalGroupTests(RedisServers servers)
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_MoreUsersAndPartitionsThanOneCommandNames_KeepsAllOfThem()
    {
        const int users = 3_000;
        await using var instance = await RedisInstance.StartAsync(
            (await servers.SingleAsync()).ConnectionString, RedisInstance.NewPrefix(), options => (options.Partitions, options.MaxGroupWrites) = (2_000, 10_000));
        var epochs = await Task.WhenAll(Enumerable.Range(0, users).Select(async user => (await instance.Journal.OpenAsync($"user-{user}", None)).Epoch));

        var results = await Task.WhenAll(Enumerable.Range(0, users).Select(user =>
            instance.Journal.AppendAsync($"user-{user}", epochs[user], 0, Actions.Numbered(user, 2), None).AsTask()));

        Assert.All(results, result => Assert.Equal((AppendStatus.Appended, 2L), (result.Status, result.Length)));
        Assert.Equal(2 * users, await instance.Journal.CountEntriesAsync(None));
        var head = await instance.Journal.GetHeadAsync(None);
        var records = await instance.Journal.ReadRangeAsync(default, head, None).ToListAsync(None);
        Assert.Equal(2 * users, records.Count);
        Assert.All(
            records.GroupBy(record => record.UserId),
            journal => Assert.Equal(results[int.Parse(journal.Key[5..], CultureInfo.InvariantCulture)].Position, journal.Last().Position));
    }

    [Fact]
    public async Task AppendAsync_SomeOfAGroupRefused_TellsEachItsOwn()
    {
        await using var instance = await RedisInstance.StartAsync((await servers.SingleAsync()).ConnectionString, RedisInstance.NewPrefix(), _ => { });
        string[] users = [.. Enumerable.Range(0, 60).Select(user => $"user-{user}")];
        var epochs = await Task.WhenAll(users.Select(async user => (await instance.Journal.OpenAsync(user, None)).Epoch));

        var results = await Task.WhenAll(users.Select((user, number) => instance.Journal.AppendAsync(
            user, epochs[number], expectedLength: number % 3 == 0 ? 7 : 0, Actions.Numbered(number, number % 3 == 1 ? 0 : number), None).AsTask()));

        for (var number = 1; number < users.Length; number++)
        {
            var entries = number % 3 == 2 ? number : 0;
            Assert.Equal(number % 3 == 0 ? AppendStatus.Fenced : AppendStatus.Appended, results[number].Status);
            Assert.Equal(Actions.Numbered(number, entries), await instance.Journal.ReadAsync(users[number], None));
            Assert.Equal(entries > 0, results[number].Position.Value > 0);
        }

        var head = await instance.Journal.GetHeadAsync(None);
        var records = await instance.Journal.ReadRangeAsync(default, head, None).ToListAsync(None);
        Assert.All(
            records.GroupBy(record => record.UserId),
            journal => Assert.Equal(results[Array.IndexOf(users, journal.Key)].Position, journal.Last().Position));
    }
}

/// <summary>The same by a Redis Cluster of six processes.</summary>
public class RedisClusterJournalContractTests(RedisServers servers) : RedisJournalContractTests(servers)
{
    protected override Task<string> ConnectionStringAsync() => Servers.ClusterAsync();
}

/// <summary>The same where every append waits for the replica of its slot.</summary>
public sealed class ReplicatedRedisJournalContractTests(RedisServers servers) : RedisClusterJournalContractTests(servers)
{
    protected override void Configure(RedisStorageOptions options)
    {
        base.Configure(options);
        options.ReplicasToWaitFor = 1;
    }
}
