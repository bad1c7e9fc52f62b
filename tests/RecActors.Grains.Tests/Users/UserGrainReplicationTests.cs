using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Journal;
using RecActors.Redis;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Users;

/// <summary>Users over a Redis that must have their actions on a replica before they are acknowledged.</summary>
public sealed class UserGrainReplicationTests
{
    [Fact]
    public async Task Append_ReplicaIsStopped_IsAcknowledgedOnceItHasTheActionsAndNotBefore()
    {
        await using var server = await RedisServer.StartAsync(default);
        await using var replica = await RedisServer.StartAsync(default, "--replicaof", $"127.0.0.1 {server.Port}");
        await Eventually.HoldsAsync(async () =>
            (await replica.CommandAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        await using var storage = Storage(server);
        foreach (var startup in storage.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await startup.StartingAsync(default);
        }

        var journal = storage.GetRequiredService<IUserJournal>();
        await using var cluster = await StartAsync(configure: silo => silo.Services.AddSingleton(journal));
        var user = cluster.User("replicated");
        var batch = new FeedbackBatch([Action("like", "b", eventId: "e")]);
        var first = new FeedbackBatch([Action("like", "a", eventId: "d")]);
        Assert.Equal(1, (await Eventually.SucceedsAsync(() => user.AppendAsync(first))).UserVersion);

        await replica.SignalAsync("STOP");
        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        Assert.Equal(2, (await journal.ReadAsync("replicated", default)).Count);
        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        await cluster.DeactivateAsync(user);
        await Assert.ThrowsAsync<UnavailableException>(() => user.AppendAsync(batch));
        await replica.SignalAsync("CONT");

        Assert.Equal(new FeedbackReceipt(2, 0), await Eventually.SucceedsAsync(() => user.AppendAsync(batch)));
        Assert.Equal(2, (await journal.ReadAsync("replicated", default)).Count);
    }

    private static ServiceProvider Storage(RedisServer server)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddLogging();
        services.AddRecActorsRedisStorage(options =>
        {
            options.ConnectionString = server.ConnectionString;
            options.ReplicasToWaitFor = 1;
            options.ReplicaTimeout = TimeSpan.FromMilliseconds(500);
        });
        return services.BuildServiceProvider();
    }
}
