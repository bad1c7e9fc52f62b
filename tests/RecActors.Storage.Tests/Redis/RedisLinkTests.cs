using System.Reflection;
using RecActors.Journal;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>What replicas are said to have is said by the connection that wrote it.</summary>
public sealed class RedisLinkTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_ConnectionMadeAnewAfterTheWrite_IsNotTakenForReplicated()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var replica = await StartReplicaAsync(server);
        await using var instance = await StartAsync(server.ConnectionString);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => instance.Connection.WriteAsync("key", async database =>
        {
            var answer = await database.ExecuteAsync("INCR", "key");
            await server.CommandAsync("CLIENT", "KILL", "TYPE", "normal");
            await EventuallyAsync(() => database.PingAsync());
            return answer;
        }));

        Assert.Contains("made anew", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_AnotherPrimaryAfterTheWrite_IsNotTakenForReplicated()
    {
        await using var first = await RedisServer.StartAsync(None);
        await using var second = await StartReplicaAsync(first);
        await using var instance = await StartAsync($"{first.ConnectionString},{second.ConnectionString}");
        await second.CommandAsync("REPLICAOF", "NO", "ONE");
        await using var third = await StartReplicaAsync(second);
        var connection = instance.Connection.Appending;

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => instance.Connection.WriteAsync("key", async database =>
        {
            var answer = await connection.GetServer(first.ConnectionString).ExecuteAsync("INCR", "key");
            await first.KillAsync();
            await EventuallyAsync(async () =>
            {
                await connection.ConfigureAsync();
                return await database.ExecuteAsync("SET", "other", "value");
            });
            return answer;
        }));

        // Whoever asks now is told that a replica has all, and it has: of what was written to this primary.
        Assert.True(RedisFailures.IsOurs(failure), failure.ToString());
        Assert.Equal(1, (long)await connection.GetServer((RedisKey)"key").ExecuteAsync("WAIT", 1, 1000));
        Assert.Equal("", (await second.CommandAsync("GET", "key")).Trim());
    }

    [Fact]
    public async Task WriteAsync_SameConnection_ReturnsTheAnswerOfTheWrite()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var replica = await StartReplicaAsync(server);
        await using var instance = await StartAsync(server.ConnectionString);

        for (var number = 1; number <= 3; number++)
        {
            Assert.Equal(number, (int)await instance.Connection.WriteAsync("key", database => database.ExecuteAsync("INCR", "key")));
            Assert.Equal($"{number}", (await replica.CommandAsync("GET", "key")).Trim());
        }
    }

    [Fact]
    public void To_FirstUsesOfAServerAtOnce_AreOneLink()
    {
        var connection = DispatchProxy.Create<IConnectionMultiplexer, ConnectionAtFirstUse>();
        var links = new RedisLink[2];
        var callers = Array.ConvertAll([0, 1], caller => new Thread(() => links[caller] = RedisLink.To(connection, "key")));
        ((ConnectionAtFirstUse)connection).Callers = callers;

        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        Assert.All(links, link => Assert.Equal(RedisLink.To(connection, "key"), link));
    }

    [Fact]
    public async Task EnsureDurableAsync_JournalThatIsNotWhatWasRead_IsFalse()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var replica = await StartReplicaAsync(server);
        await using var instance = await StartAsync(server.ConnectionString);
        var (journal, opened) = (instance.Journal, await instance.Journal.OpenAsync("ann", None));
        await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 2), None);

        Assert.True(await journal.EnsureDurableAsync("ann", new JournalHead(opened.Epoch, 2), None));
        Assert.True(await journal.EnsureDurableAsync("ann", new JournalHead(opened.Epoch, 1), None));
        Assert.False(await journal.EnsureDurableAsync("ann", new JournalHead(opened.Epoch, 3), None));
        await journal.OpenAsync("ann", None);
        Assert.False(await journal.EnsureDurableAsync("ann", new JournalHead(opened.Epoch, 2), None));
        Assert.False(await journal.EnsureDurableAsync("nobody", new JournalHead(opened.Epoch, 0), None));
    }

    private static async Task<RedisServer> StartReplicaAsync(RedisServer server)
    {
        await server.CommandAsync("CONFIG", "SET", "repl-diskless-sync-delay", "0");
        var replica = await RedisServer.StartAsync(None, "--replicaof", $"127.0.0.1 {server.Port}");
        while (!(await server.CommandAsync("INFO", "replication")).Contains("state=online", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), None);
        }

        return replica;
    }

    private static Task<RedisInstance> StartAsync(string connectionString) =>
        RedisInstance.StartAsync(connectionString, configure: options => options.ReplicasToWaitFor = 1);

    /// <summary>Repeats while the connection mends itself.</summary>
    private static async Task EventuallyAsync<T>(Func<Task<T>> operation)
    {
        while (true)
        {
            try
            {
                await operation();
                return;
            }
            catch (Exception failure) when (RedisFailures.IsOurs(failure))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), None);
            }
        }
    }

#pragma warning disable CA1852 // A proxy is a subclass that is made at run time.
    /// <summary>
    /// A connection that makes the object of its one server when it is first asked for it, as the client does: a caller that sees none makes one, and keeps
    /// it. Until then it waits for the other caller, to be as far or to wait elsewhere.
    /// </summary>
    private class ConnectionAtFirstUse : DispatchProxy
    {
        private IServer? _server;
        private int _within;

        public Thread[] Callers { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(IConnectionMultiplexer.GetServer), targetMethod!.Name);
            if (_server is { } known)
            {
                return known;
            }

            Interlocked.Increment(ref _within);
            SpinWait.SpinUntil(() => Volatile.Read(ref _within) == Callers.Length || Callers.Any(caller => caller.ThreadState.HasFlag(ThreadState.WaitSleepJoin)));
            return _server = Create<IServer, UnconnectedServer>();
        }
    }

    private class UnconnectedServer : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IServer.GetCounters) => new ServerCounters(endpoint: null),
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }
#pragma warning restore CA1852
}
