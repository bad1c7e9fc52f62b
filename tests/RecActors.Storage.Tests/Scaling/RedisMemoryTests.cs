using System.Globalization;
using RecActors.Packing;
using RecActors.Redis;

namespace RecActors.Scaling;

/// <summary>Memory of Redis for each action: a coefficient of docs/scaling.md.</summary>
public sealed class RedisMemoryTests(ITestOutputHelper output)
{
    private const int Users = 200;
    private const int Actions = 50;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Journals_OfFiftyActionsEach_TakeAtMost64BytesAnAction()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken, "--appendfsync", "no");
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        var before = await UsedAsync(server);

        await Parallel.ForAsync(0, Users, None, async (user, cancellationToken) =>
        {
            var opened = await instance.Journal.OpenAsync($"user-{user}", cancellationToken);
            for (var action = 0; action < Actions; action++)
            {
                var hash = System.IO.Hashing.XxHash64.HashToUInt64(OrdinalText.GetBytes($"{user}/{action}"));
                await instance.Journal.AppendAsync(
                    $"user-{user}", opened.Epoch, action, [Journal.Actions.Read($"item-{1_000_000 + (7 * action)}", 1_700_000_000_123 + action, hash)], cancellationToken);
            }
        });

        var bytes = (await UsedAsync(server) - before) / (double)(Users * Actions);
        output.WriteLine($"{bytes:F1} bytes an action of {Actions} a user, its journal's key, place and sets included");
        Assert.InRange(bytes, 1, 64);
    }

    /// <summary>What the keys take; what Redis takes for itself and for its connections is the same for any number of them.</summary>
    private static async Task<long> UsedAsync(RedisServer server) => long.Parse(
        await server.CommandAsync(
            "EVAL",
            "local bytes = 0; for _, key in ipairs(redis.call('KEYS', '*')) do bytes = bytes + redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0') end; return bytes",
            "0"),
        CultureInfo.InvariantCulture);
}
