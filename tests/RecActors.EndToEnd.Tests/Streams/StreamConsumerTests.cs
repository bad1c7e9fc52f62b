using System.Globalization;
using System.Text.Json;
using RecActors.Api;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Streams;

/// <summary>A Redis Stream is consumed by real servers that are killed in the middle of it: nothing is lost, and nothing is counted twice.</summary>
public sealed class StreamConsumerTests
{
    private const string Stream = "recactors:feedback";
    private const string Dead = "recactors:feedback:dead";
    private const int Users = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Consume_KilledInTheMiddle_AppliesEveryEntryOnce() => ConsumeAsync(entries: 2000, kills: 1);

    [Fact(Explicit = true)]
    public Task Consume_KilledManyTimes_AppliesEveryEntryOnce() => ConsumeAsync(entries: 100_000, kills: 10);

    private static async Task ConsumeAsync(int entries, int kills)
    {
        await using var redis = await RedisServer.StartAsync(Ct, "--appendfsync", "no");
        using var folder = new DataFolder();
        var random = new Random(6);
        await ProduceAsync(redis, entries);
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var victim = await ServeAsync(folder, redis);
            using var site = new ApiClient(victim.Address);
            var enough = entries * kill / (kills + 1);
            while (await AppliedAsync(redis) < enough)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 10)), Ct);
            }

            await victim.KillAsync();
        }

        await using var server = await ServeAsync(folder, redis);
        using var client = new ApiClient(server.Address);
        while (await GroupAsync(redis) is not (0, 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Ct);
        }

        // Everything once more: as a producer that was not sure, under the same event ids.
        await ProduceAsync(redis, entries / 10);
        while (await GroupAsync(redis) is not (0, 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Ct);
        }

        var counted = 0.0;
        for (var user = 0; user < Users; user++)
        {
            var rows = await client.GetAsync<JsonElement>($"/api/user/stream-{user}/feedback", Ct);
            counted += rows.EnumerateArray().Sum(row => row.GetProperty("Value").GetDouble());
        }

        Assert.Equal(entries, counted);
        var reasons = await redis.CommandAsync("XRANGE", Dead, "-", "+");
        Assert.Equal("3", (await redis.CommandAsync("XLEN", Dead)).Trim());
        Assert.Contains("FeedbackType", reasons, StringComparison.Ordinal);
        Assert.Contains("must be add or set", reasons, StringComparison.Ordinal);
        Assert.Contains("is malformed JSON", reasons, StringComparison.Ordinal);
    }

    private static Task<ServerProcess> ServeAsync(DataFolder folder, RedisServer redis)
    {
        var config = Path.Combine(folder.Path, "streams.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["RecActors:Streams:ConnectionString"] = redis.ConnectionString,
            ["RecActors:Streams:TakeOverAfter"] = "00:00:00.300",
            ["RecActors:Streams:BatchSize"] = 100,
        }));
        return ServerProcess.ServeAsync(folder.Path, Ct, "--cold-start", "--config", config);
    }

    /// <summary>So many actions of one each, and, at their beginning, three entries that are none, if they are not there.</summary>
    private static async Task ProduceAsync(RedisServer redis, int entries)
    {
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var database = connection.GetDatabase();
        if (!await database.KeyExistsAsync(Stream))
        {
            await database.StreamAddAsync(Stream, [new("UserId", "stream-0"), new("ItemId", "1")]);
            await database.StreamAddAsync(Stream, [new("FeedbackType", "read"), new("UserId", "stream-0"), new("ItemId", "1"), new("Operation", "guess")]);
            await database.StreamAddAsync(Stream, [new("feedback", "{\"FeedbackType\":")]);
        }

        foreach (var some in Enumerable.Range(0, entries).Chunk(1000))
        {
            await Task.WhenAll(some.Select(entry => database.StreamAddAsync(Stream, entry % 2 == 0
                ? [new("FeedbackType", "read"), new("UserId", $"stream-{entry % Users}"), new("ItemId", $"{entry % 50}"), new("Value", "1"), new("EventId", $"e{entry}")]
                : [new("feedback", $$"""{"FeedbackType":"read","UserId":"stream-{{entry % Users}}","ItemId":"{{entry % 50}}","Value":1,"EventId":"e{{entry}}"}""")])));
        }
    }

    /// <summary>Entries acknowledged so far, about.</summary>
    private static async Task<long> AppliedAsync(RedisServer redis)
    {
        var info = await InfoAsync(redis);
        return info.GetValueOrDefault("entries-read") - info.GetValueOrDefault("pending");
    }

    private static async Task<(long Lag, long Pending)> GroupAsync(RedisServer redis)
    {
        var info = await InfoAsync(redis);
        return (info.GetValueOrDefault("lag", -1), info.GetValueOrDefault("pending", -1));
    }

    private static async Task<Dictionary<string, long>> InfoAsync(RedisServer redis)
    {
        var lines = (await redis.CommandAsync("XINFO", "GROUPS", Stream)).Split('\n');
        return lines.Zip(lines.Skip(1))
            .Where(pair => pair.First is "lag" or "pending" or "entries-read" && long.TryParse(pair.Second, out _))
            .ToDictionary(pair => pair.First, pair => long.Parse(pair.Second, CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }
}
