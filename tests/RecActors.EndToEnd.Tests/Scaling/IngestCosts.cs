using System.Globalization;
using RecActors.Api;
using RecActors.Cluster;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Scaling;

/// <summary>
/// CPU of an action that comes in batches through a gateway process, in the silo, the gateway and Redis: coefficients of docs/scaling.md.
/// <c>tests/scaling</c> runs it.
/// </summary>
public sealed class IngestCosts
{
    private const int Batch = 100;
    private const int Senders = 4;
    private const int Users = 2_000;
    private const int Items = 5_000;
    private const int WarmUp = 300;
    private const int Batches = 1_500;

    [Fact(Explicit = true)]
    public async Task Actions_InBatchesOverOneSilo_PrintCpuTimeOfEach()
    {
        var token = TestContext.Current.CancellationToken;
        await using var cluster = ClusterProcesses.Over(await RedisServer.StartAsync(token, "--appendfsync", "everysec"));
        var silos = cluster.StartSilos(1);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(token);
        using var site = new ApiClient(gateways[0].Address);
        await SendAsync(site, WarmUp, token);

        var ofGateways = default(ClusterUse);
        var redis = await CpuOfAsync(cluster.Redis);
        var ofSilos = await ClusterUse.DuringAsync(
            silos, async () => ofGateways = await ClusterUse.DuringAsync(gateways, () => SendAsync(site, Batches, token), token), token);
        redis = await CpuOfAsync(cluster.Redis) - redis;
        const double actions = Batches * Batch;
        ClusterTests.Say(string.Create(CultureInfo.InvariantCulture,
            $"an action: {ofSilos.Cpu.TotalMicroseconds / actions:F1} µs of CPU in the silo, {ofGateways.Cpu.TotalMicroseconds / actions:F1} µs in the gateway, {redis.TotalMicroseconds / actions:F1} µs in Redis"));
    }

    /// <summary>Each batch is spread over users, as a site's queue of events is.</summary>
    private static Task SendAsync(ApiClient site, int batches, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            var random = new Random((batches * Senders) + sender);
            for (var batch = sender; batch < batches; batch += Senders)
            {
                await site.PostFeedbackAsync(cancellationToken, [.. Enumerable.Range(0, Batch).Select(action => new FeedbackJson(
                    "watch", $"user-{random.Next(Users)}", $"item-{random.Next(Items)}", 1, null, $"{batches}-{batch}-{action}"))]);
            }
        }));

    private static async Task<TimeSpan> CpuOfAsync(RedisServer redis) => TimeSpan.FromSeconds(
        (await redis.CommandAsync("INFO", "cpu")).Split('\n')
            .Where(line => line.StartsWith("used_cpu_sys:", StringComparison.Ordinal) || line.StartsWith("used_cpu_user:", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim(), CultureInfo.InvariantCulture)));
}
