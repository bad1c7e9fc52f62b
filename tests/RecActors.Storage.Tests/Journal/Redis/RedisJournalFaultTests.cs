using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>What becomes of appends when a real server is killed, stopped, filled or emptied.</summary>
public sealed class RedisJournalFaultTests
{
    /// <summary>A limit that is to be exceeded.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledUnderLoad_HasEverythingAcknowledgedAfterItsRestart()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await StartAsync(server);
        var acknowledged = new long[20];
        var appending = Enumerable.Range(0, acknowledged.Length).Select(user => Task.Run(async () =>
        {
            var opened = await instance.Journal.OpenAsync($"user-{user}", None);
            try
            {
                while (true)
                {
                    var length = (int)acknowledged[user];
                    var result = await instance.Journal.AppendAsync($"user-{user}", opened.Epoch, length, Actions.Numbered(length, 1), None);
                    Assert.Equal(AppendStatus.Appended, result.Status);
                    Volatile.Write(ref acknowledged[user], result.Length);
                }
            }
            catch (JournalUnavailableException)
            {
                // The server is gone; what this append has become is unknown.
            }
        })).ToArray();
        await WaitUntilAsync(() => acknowledged.All(length => length > 50));

        await server.KillAsync();
        await Task.WhenAll(appending);
        await server.StartAgainAsync(TestContext.Current.CancellationToken);

        await using var again = await StartAsync(server);
        for (var user = 0; user < acknowledged.Length; user++)
        {
            var entries = (await again.Journal.OpenAsync($"user-{user}", None)).Entries;
            Assert.InRange(entries.Count, acknowledged[user], acknowledged[user] + 1);
            Assert.Equal(Actions.Numbered(0, entries.Count), entries);
        }
    }

    [Fact]
    public async Task Server_ThatForgotEverything_FencesTheOwner()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--appendonly", "no");
        await using var instance = await StartAsync(server);
        var opened = await instance.Journal.OpenAsync("ann", None);
        await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 3), None);

        await server.KillAsync();
        await server.StartAgainAsync(TestContext.Current.CancellationToken);
        var stale = await EventuallyAsync(() => instance.Journal.AppendAsync("ann", opened.Epoch, 3, Actions.Numbered(3, 1), None).AsTask());
        var reopened = await instance.Journal.OpenAsync("ann", None);

        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Empty(reopened.Entries);
        Assert.True(reopened.Epoch > opened.Epoch);
        Assert.Contains(instance.Durability.Findings, finding => finding.Contains("appendonly no", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_Full_RefusesAndWritesNothingUntilThereIsRoom()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await StartAsync(server);
        var opened = await instance.Journal.OpenAsync("ann", None);
        await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 2), None);

        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        var refusal = await Assert.ThrowsAsync<JournalUnavailableException>(() =>
            instance.Journal.AppendAsync("ann", opened.Epoch, 2, Actions.Numbered(2, 2), None).AsTask());
        var read = await instance.Journal.ReadAsync("ann", None);
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        var result = await instance.Journal.AppendAsync("ann", opened.Epoch, 2, Actions.Numbered(2, 2), None);

        Assert.Contains("full, and has written nothing", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Actions.Numbered(0, 2), read);
        Assert.Equal(AppendStatus.Appended, result.Status);
        Assert.Equal(Actions.Numbered(0, 4), await instance.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task Server_Stopped_LeavesTheOutcomeUnknownAndTheNextOwnerKeepsTheStragglerOut()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var owner = await StartAsync(server, options => options.OperationTimeout = Soon);
        await using var successor = await StartAsync(server);
        var opened = await EventuallyAsync(() => owner.Journal.OpenAsync("ann", None).AsTask());

        await server.SignalAsync("STOP");
        await Assert.ThrowsAsync<JournalUnavailableException>(() =>
            owner.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None).AsTask());
        await server.SignalAsync("CONT");
        var next = await EventuallyAsync(() => successor.Journal.OpenAsync("ann", None).AsTask());
        var result = await successor.Journal.AppendAsync("ann", next.Epoch, next.Entries.Count, Actions.Numbered(next.Entries.Count, 1), None);

        Assert.Equal(AppendStatus.Appended, result.Status);
        Assert.Equal(Actions.Numbered(0, next.Entries.Count + 1), await successor.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task Replica_Stopped_LeavesOutcomesUnknownAndOthersAlone()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var replica = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--replicaof", $"127.0.0.1 {server.Port}");
        await WaitUntilAsync(async () => (await replica.CommandAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        await using var patient = await StartAsync(server, options => options.ReplicasToWaitFor = 1);
        await using var hasty = await StartAsync(server, options => (options.ReplicasToWaitFor, options.ReplicaTimeout) = (1, Soon));
        var opened = await patient.Journal.OpenAsync("ann", None);

        await replica.SignalAsync("STOP");
        var waiting = patient.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None).AsTask();
        await WaitUntilAsync(async () => (await patient.Journal.ReadHeadAsync("ann", None)).Length == 1);
        Assert.False(waiting.IsCompleted);
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(() =>
            hasty.Journal.AppendAsync("ann", opened.Epoch, 1, Actions.Numbered(1, 1), None).AsTask());
        await replica.SignalAsync("CONT");

        Assert.Equal(AppendStatus.Appended, (await waiting).Status);
        Assert.Contains("0 of 1 replicas", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_ForgottenByTheServer_AreSentAgain()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await StartAsync(server);
        var opened = await instance.Journal.OpenAsync("ann", None);
        await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        await server.CommandAsync("SCRIPT", "FLUSH", "SYNC");
        var result = await instance.Journal.AppendAsync("ann", opened.Epoch, 1, Actions.Numbered(1, 1), None);

        Assert.Equal(AppendStatus.Appended, result.Status);
        Assert.Equal(Actions.Numbered(0, 2), await instance.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task User_WhoWasOnlyAskedAbout_LeavesNothing()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await StartAsync(server, options => options.UnusedOwnerLifetime = TimeSpan.FromSeconds(1));
        var opened = await instance.Journal.OpenAsync("stranger", None);
        Assert.False(await instance.Journal.ContainsAsync("stranger", None));

        await WaitUntilAsync(async () => !(await server.CommandAsync("KEYS", "*stranger*")).Contains("stranger", StringComparison.Ordinal));
        var late = await instance.Journal.AppendAsync("stranger", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        Assert.Equal(AppendStatus.Fenced, late.Status);
    }

    [Fact]
    public async Task User_WhoActed_StaysWhenTheLifetimeOfStrangersIsOver()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await StartAsync(server);
        var opened = await instance.Journal.OpenAsync("ann", None);
        await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);
        await instance.Journal.OpenAsync("ann", None);

        var key = (await server.CommandAsync("KEYS", "*:j:ann")).Trim();

        Assert.Equal("-1", (await server.CommandAsync("TTL", key)).Trim());
    }

    [Fact]
    public async Task DeleteAsync_User_LeavesNoTraceInTheKeys()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using var instance = await StartAsync(server);
        var opened = await instance.Journal.OpenAsync("user-to-forget", None);
        await instance.Journal.AppendAsync("user-to-forget", opened.Epoch, 0, Actions.Numbered(0, 5), None);

        await instance.Journal.DeleteAsync("user-to-forget", None);

        var keys = (await server.CommandAsync("KEYS", "*")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(keys, key => key.Contains("user-to-forget", StringComparison.Ordinal));
        foreach (var key in keys.Where(key => key.EndsWith(":users", StringComparison.Ordinal) || key.EndsWith(":touched", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("user-to-forget", await server.CommandAsync("ZRANGE", key, "0", "-1"), StringComparison.Ordinal);
        }
    }

    private static Task<RedisInstance> StartAsync(RedisServer server, Action<RedisStorageOptions>? configure = null) =>
        RedisInstance.StartAsync(server.ConnectionString, "fault", configure);

    private static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), None);
        }
    }

    /// <summary>Repeats while the connection mends itself.</summary>
    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> operation)
    {
        while (true)
        {
            try
            {
                return await operation();
            }
            catch (JournalUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), None);
            }
        }
    }
}
