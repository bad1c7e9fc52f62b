using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Hosting;
using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Streams;

/// <summary>What a consumer does with a batch of which a part fails, and with what a process of its name has left, on a real Redis.</summary>
public sealed class StreamBatchTests(ApiServer server)
{
    private const string Group = "recactors";
    private const string Consumer = "one";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batch_OfWhichHalfFails_LosesAndDoublesNothing()
    {
        const string Key = "stream-half";
        await using var redis = await RedisServer.StartAsync(Ct, "--appendfsync", "no");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var stream = connection.GetDatabase();
        await stream.StreamCreateConsumerGroupAsync(Key, Group, "0-0");
        foreach (var entry in Enumerable.Range(0, 40))
        {
            await AddAsync(stream, Key, $"sb-{(entry % 2 == 0 ? "well" : "ill")}", entry);
        }

        // Half of the batch fails for some rounds.
        server.Faults.FailBefore("sb-ill", 8);
        await using var gateway = await ConsumeAsync(redis, Key);
        await Eventually.HoldsAsync(async () => await PendingAsync(stream, Key) == (0, 0));
        Assert.Equal((20, 20), (await ValueAsync("sb-well"), await ValueAsync("sb-ill")));

        // It is applied, and the acknowledgements are lost.
        server.Faults.FailAfter("sb-ill", 3);
        await AddAsync(stream, Key, "sb-ill", 40);
        await Eventually.HoldsAsync(async () => await PendingAsync(stream, Key) == (0, 0));

        Assert.Equal(21, await ValueAsync("sb-ill"));
        Assert.False(await stream.KeyExistsAsync("recactors:feedback:dead"));
    }

    [Fact]
    public async Task Start_WithEntriesThatAProcessOfItsNameHasTaken_AppliesThemFirstAndOnce()
    {
        const string Key = "stream-left";
        await using var redis = await RedisServer.StartAsync(Ct, "--appendfsync", "no");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var stream = connection.GetDatabase();
        await stream.StreamCreateConsumerGroupAsync(Key, Group, "0-0");
        foreach (var entry in Enumerable.Range(0, 30))
        {
            await AddAsync(stream, Key, "sb-left", entry);
        }

        // One that took twenty of them, and died: the first ten had been written, and not acknowledged.
        var taken = await stream.StreamReadGroupAsync(Key, Group, Consumer, ">", 20);
        foreach (var entry in taken[..10])
        {
            await server.Client.PostAsync(
                "/api/feedback", $$"""[{"FeedbackType":"buy","UserId":"sb-left","ItemId":"sb-a","Value":1,"EventId":"{{Key}}:{{entry.Id}}"}]""");
        }

        await using var gateway = await ConsumeAsync(redis, Key);
        await Eventually.HoldsAsync(async () => await PendingAsync(stream, Key) == (0, 0));

        Assert.Equal(30, await ValueAsync("sb-left"));
    }

    private static Task<RedisValue> AddAsync(IDatabase stream, string key, string user, int entry) => stream.StreamAddAsync(
        key, [new("FeedbackType", "buy"), new("UserId", user), new("ItemId", "sb-a"), new("Value", "1"), new("Comment", entry)]);

    private static async Task<(long Lag, long Pending)> PendingAsync(IDatabase stream, string key)
    {
        var group = (await stream.StreamGroupInfoAsync(key)).Single();
        return (group.Lag ?? -1, group.PendingMessageCount);
    }

    private async Task<double> ValueAsync(string user)
    {
        var row = (await server.Client.ReadAsync($"/api/feedback/buy/{user}/sb-a")).Json;
        return row["Value"] is { } value ? (double)value : 0;
    }

    private Task<WebApplication> ConsumeAsync(RedisServer redis, string key) => ApiServer.StartAsync(server.Grains, builder =>
    {
        builder.Services.AddSingleton<Health.IServingHealth>(new ApiServer.FixedHealth(new(true, true, 7)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Configuration.AddInMemoryCollection(
        [
            new($"{StreamOptions.Section}:ConnectionString", redis.ConnectionString),
            new($"{StreamOptions.Section}:Key", key),
            new($"{StreamOptions.Section}:RetryPause", "00:00:00.010"),
            new($"{StreamOptions.Section}:PollInterval", "00:00:00.010"),
            new($"{GatewayOptions.Section}:MaxRetries", "1"),
            new($"{GatewayOptions.Section}:RetryDelay", "00:00:00.001"),
        ]);
        builder.Services.AddRecActorsStreams(builder.Configuration, Consumer);
    });
}
