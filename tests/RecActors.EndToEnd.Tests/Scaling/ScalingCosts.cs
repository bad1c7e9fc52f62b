using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RecActors.Api;
using RecActors.Cluster;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Scaling;

/// <summary>
/// What a recommendation costs with one, two and four silos, and with a hundred times the users: <c>tests/scaling</c> runs it and prints
/// the tables. Every answer is made, none is given again. What one more recommendation costs is the slope between a low and a high rate
/// in the same warm cluster: what silos use without any load is in neither, however it changes with the number of silos. The load grows
/// with the silos, as a site's does that adds them: a process that is asked less often pays more for being woken each time. All silos
/// of a measurement share one machine, and four processes on two cores cost each other more than one pays alone; so four clusters
/// of one silo each are measured as well, to which one cluster of four is compared.
/// </summary>
public sealed partial class ScalingCosts(TrainedSample sample)
{
    private const int LowRate = 50;
    private const int HighRate = 300;

    // What two cores carry four times.
    private const int LowRateOfASilo = 25;
    private const int HighRateOfASilo = 100;
    private const int Pairs = 4;
    private const int SampleUsers = 610;
    private const int OtherUsers = 60_000;
    private const int ActionsOfEach = 5;
    private const int WarmUpOfASilo = 5_000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);
    private static readonly string[] Few = [.. Enumerable.Range(1, SampleUsers).Select(user => $"{user}")];
    private static readonly string[] Others = [.. Enumerable.Range(0, OtherUsers).Select(user => $"other-{user}")];

    private readonly List<ScalingCost> _costs = [];

    [Fact(Explicit = true)]
    public async Task Recommendations_OverMoreSilos_CostTheSame()
    {
        var token = TestContext.Current.CancellationToken;
        await using var first = await StartRedisAsync(token);
        await using var second = await StartRedisAsync(token);
        await using var third = await StartRedisAsync(token);
        await using var fourth = await StartRedisAsync(token);

        // Interleaved, because the machine may be slower at one time than at another.
        for (var round = 0; round < ClusterTests.Rounds; round++)
        {
            await MeasureAsync("1 silo", [first], 1, Few, LowRateOfASilo, HighRateOfASilo, token);
            await MeasureAsync("2 silos", [first], 2, Few, 2 * LowRateOfASilo, 2 * HighRateOfASilo, token);
            await MeasureAsync("4 silos", [first], 4, Few, 4 * LowRateOfASilo, 4 * HighRateOfASilo, token);
            await MeasureAsync("4 clusters of 1 silo", [first, second, third, fourth], 1, Few, 4 * LowRateOfASilo, 4 * HighRateOfASilo, token);
        }

        ClusterTests.Say(ScalingCost.Table(_costs));
    }

    [Fact(Explicit = true)]
    public async Task Recommendations_OverMoreUsers_CostTheSame()
    {
        var token = TestContext.Current.CancellationToken;
        await using var small = await StartRedisAsync(token);
        await using var large = await StartRedisAsync(token);
        await ImportOthersAsync(large, token);
        for (var round = 0; round < ClusterTests.Rounds; round++)
        {
            await MeasureAsync("610 users", [small], 1, Few, LowRate, HighRate, token);
            await MeasureAsync("610 users, the silo is the gateway", [small], 0, Few, LowRate, HighRate, token);
            await MeasureAsync("60,610 users, the same 610 ask", [large], 1, Few, LowRate, HighRate, token);
            await MeasureAsync("60,610 users, all others ask", [large], 1, Others, LowRate, HighRate, token);
        }

        ClusterTests.Say(ScalingCost.Table(_costs));
    }

    /// <param name="what">Its name in the table.</param>
    /// <param name="redis">Where the data of each cluster are; the questions are spread over the clusters.</param>
    /// <param name="count">How many silos a cluster has beside a gateway process; 0 for one process that is both.</param>
    /// <param name="users">Who asks.</param>
    /// <param name="low">Questions a second at the low rate, all clusters together.</param>
    /// <param name="high">The same at the high rate.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    private async Task MeasureAsync(string what, RedisServer[] redis, int count, string[] users, int low, int high, CancellationToken cancellationToken)
    {
        var clusters = redis.Select(server => ClusterProcesses.Beside(
            server, ("RecActors:Users:AnswerReuse", "00:00:00"), ("RecActors:Shutdown:DrainDelay", "00:00:00"))).ToList();
        try
        {
            ClusterNode[] silos = [.. clusters.SelectMany(cluster => count == 0 ? cluster.StartSilos(1, "serve,gateway") : cluster.StartSilos(count))];
            ClusterNode[] gateways = [.. clusters.SelectMany(cluster => cluster.StartGateways(count == 0 ? 0 : 1))];
            await Task.WhenAll(clusters.Select(cluster => cluster.WaitUntilReadyAsync(cancellationToken)));
            await MeasureAsync(what, silos, gateways, users, low, high, cancellationToken);

            // In order, so that the next cluster does not first have to find these dead.
            foreach (var node in gateways.Concat(silos))
            {
                Assert.Equal(0, await node.Process.StopAsync());
            }
        }
        finally
        {
            await Task.WhenAll(clusters.Select(cluster => cluster.DisposeAsync().AsTask()));
        }
    }

    private async Task MeasureAsync(string what, ClusterNode[] silos, ClusterNode[] gateways, string[] users, int low, int high, CancellationToken cancellationToken)
    {
        ApiClient[] sites = [.. (gateways.Length == 0 ? silos : gateways).Select(gateway => new ApiClient(gateway.Address))];
        var load = new OpenLoad(sites, users, seed: silos.Length);
        await load.WarmUpAsync(silos.Length * WarmUpOfASilo, cancellationToken);
        await load.RunAsync(high, Settling, cancellationToken);
        await load.RunAsync(low, Settling, cancellationToken);

        var (lows, highs) = (new List<LoadCost>(), new List<LoadCost>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            lows.Add(await LoadAsync(load, low, silos, gateways, cancellationToken));
            highs.Add(await LoadAsync(load, high, silos, gateways, cancellationToken));
        }

        await Task.Delay(Settling, cancellationToken);
        var cost = new ScalingCost(what, silos.Length, lows, highs, await LoadAsync(load, 0, silos, gateways, cancellationToken));
        _costs.Add(cost);
        ClusterTests.Say($"{what}: {cost}; {ReplayOf(silos[0])}");
        Array.ForEach(sites, site => site.Dispose());
    }

    /// <summary>What a silo has said of the actions that it counted at its start: those after the model's cut.</summary>
    private static string ReplayOf(ClusterNode silo) => Replayed().Match(silo.Process.Output).Value;

    [GeneratedRegex(@"\d+ actions replayed .*")]
    private static partial Regex Replayed();

    private static async Task<LoadCost> LoadAsync(OpenLoad load, int perSecond, ClusterNode[] silos, ClusterNode[] gateways, CancellationToken cancellationToken)
    {
        var (answers, refusals, p99) = (0, 0, TimeSpan.Zero);
        var ofGateways = default(ClusterUse);
        var ofSilos = await ClusterUse.DuringAsync(silos, async () =>
            ofGateways = await ClusterUse.DuringAsync(gateways, async () =>
            {
                if (perSecond == 0)
                {
                    await Task.Delay(Length, cancellationToken);
                }
                else
                {
                    (answers, refusals, p99) = await load.RunAsync(perSecond, Length, cancellationToken);
                }
            }, cancellationToken), cancellationToken);
        return new LoadCost(ofSilos, ofGateways, Length, answers, refusals, p99);
    }

    /// <summary>Users with parts of the histories that the sample has.</summary>
    private static async Task ImportOthersAsync(RedisServer redis, CancellationToken cancellationToken)
    {
        using var folder = new DataFolder();
        var ratings = (await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(ServerProcess.ServerPath)!, "Sample", "ml-latest-small", "ratings.csv"), cancellationToken))
            .Skip(1).Select(line => line.Split(',')).ToArray();
        var file = Path.Combine(folder.Path, "others.jsonl");
        await File.WriteAllLinesAsync(file, Actions(ratings), cancellationToken);
        await RunAsync(cancellationToken, "import", "--redis", redis.ConnectionString, "--feedback", file);
    }

    private static IEnumerable<string> Actions(string[][] ratings)
    {
        var random = new Random(1);
        foreach (var user in Others)
        {
            var first = random.Next(ratings.Length - ActionsOfEach);
            foreach (var rating in ratings.AsSpan(first, ActionsOfEach).ToArray())
            {
                var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(rating[3], CultureInfo.InvariantCulture));
                yield return JsonSerializer.Serialize(new FeedbackJson("watch", user, rating[1], 1, at.ToString("O", CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>A Redis with the trained sample.</summary>
    private async Task<RedisServer> StartRedisAsync(CancellationToken cancellationToken)
    {
        using var folder = await sample.CopyAsync(cancellationToken);
        var redis = await RedisServer.StartAsync(cancellationToken);
        await RunAsync(cancellationToken, "copy", "--from", folder.Path, "--to", $"redis:{redis.ConnectionString}");
        return redis;
    }

    private static async Task RunAsync(CancellationToken cancellationToken, params string[] command)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(cancellationToken, command);
        Assert.True(exitCode == 0, output);
    }
}
