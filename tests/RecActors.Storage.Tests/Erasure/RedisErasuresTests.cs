using RecActors.Journal;
using RecActors.Redis;

namespace RecActors.Erasure;

public sealed class RedisErasuresTests
{
    private const string User = "user-to-forget";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CompactAsync_AfterAnErasure_LeavesNoByteOfTheUser()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        var journal = instance.Journal;
        foreach (var user in new[] { User, "ann" })
        {
            var opened = await journal.OpenAsync(user, None);
            await journal.AppendAsync(user, opened.Epoch, 0, Actions.Numbered(0, 3), None);
        }

        await journal.ListUsersOfItemAsync(Actions.Numbered(0, 1)[0].ItemId, null, 10, None);
        await server.CommandAsync("BGSAVE");
        Assert.NotEmpty(StoredBytes.FilesWith(server.Folder, User));

        await journal.EraseAsync(User, DateTimeOffset.UtcNow.AddDays(1), None);

        // What comes late is refused without a trace.
        Assert.Equal(0, (await journal.OpenAsync(User, None)).Epoch);
        var steps = new List<string>();
        await instance.Erasures.CompactAsync(new Kept(steps), None);

        // Redis removes the old files after it has said that the new ones are there.
        while (StoredBytes.FilesWith(server.Folder, User).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), None);
        }

        Assert.Equal(3, steps.Count);
        Assert.DoesNotContain(User, await server.CommandAsync("KEYS", "*"), StringComparison.Ordinal);
        Assert.Equal(["ann"], await journal.ListUsersAsync(null, 10, None));
        Assert.Equal(["ann"], await journal.ListUsersOfItemAsync(Actions.Numbered(0, 1)[0].ItemId, null, 10, None));
        Assert.Equal(1, await instance.Erasures.CountAsync(None));
    }

    [Fact]
    public async Task WriteAsync_WhatAnotherStoreGave_RefusesTheSameUsers()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var from = await RedisInstance.StartAsync(server.ConnectionString);
        await using var to = await RedisInstance.StartAsync(server.ConnectionString);
        await from.Journal.EraseAsync("ann", DateTimeOffset.UtcNow.AddDays(1), None);

        await to.Erasures.WriteAsync(await from.Erasures.ReadAsync(None), None);

        Assert.True(await to.Journal.IsErasedAsync("ann", None));
        Assert.Equal(1, await to.Erasures.CountAsync(None));
    }

    [Fact]
    public async Task Readmission_AndTheFirstKey_AreAcknowledgedByReplicasOnly()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var waiting = await RedisInstance.StartAsync(
            server.ConnectionString, configure: options => (options.ReplicasToWaitFor, options.ReplicaTimeout) = (1, TimeSpan.FromMilliseconds(100)));
        await using var other = await RedisInstance.StartAsync(server.ConnectionString, waiting.Prefix);

        // There is no replica. The first question makes the key.
        Assert.Contains("0 of 1 replicas", (await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.Journal.IsErasedAsync("ann", None).AsTask())).ToString(), StringComparison.Ordinal);
        await other.Journal.EraseAsync("ann", DateTimeOffset.UtcNow.AddDays(1), None);
        Assert.True(await waiting.Journal.IsErasedAsync("ann", None));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.Journal.ReadmitAsync("ann", None).AsTask());

        await using var replica = await RedisServer.StartAsync(None, "--replicaof", $"127.0.0.1 {server.Port}");
        await other.Journal.EraseAsync("ann", DateTimeOffset.UtcNow.AddDays(1), None);
        await using var patient = await RedisInstance.StartAsync(server.ConnectionString, waiting.Prefix, options => options.ReplicasToWaitFor = 1);
        Assert.True(await patient.Journal.ReadmitAsync("ann", None));
        Assert.False(await patient.Journal.IsErasedAsync("ann", None));
    }

    private sealed class Kept(List<string> steps) : IProgress<string>
    {
        public void Report(string value) => steps.Add(value);
    }
}
