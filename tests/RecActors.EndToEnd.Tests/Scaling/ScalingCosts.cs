using System.Globalization;
using System.Text.Json;
using RecActors.Api;
using RecActors.Cluster;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Scaling;

/// <summary>
/// What a recommendation costs with one, two and four silos, and with a hundred times the users: <c>tests/scaling</c> runs it and
/// prints the table. Every answer is made, none is given again.
/// </summary>
public sealed class ScalingCosts(TrainedSample sample)
{
    private const int PerSecond = 100;
    private const int SampleUsers = 610;
    private const int ManyUsers = 60_000;
    private const int ActionsOfEach = 5;
    private const int WarmUpOfASilo = 5_000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);
    private static readonly string[] Few = [.. Enumerable.Range(1, SampleUsers).Select(user => $"{user}")];
    private static readonly string[] Many = [.. Enumerable.Range(0, ManyUsers).Select(user => $"other-{user}")];

    private readonly Dictionary<string, List<Cost>> _costs = [];

    [Fact(Explicit = true)]
    public async Task Recommendations_OverMoreSilosAndUsers_CostTheSame()
    {
        var token = TestContext.Current.CancellationToken;
        await using var small = await RedisServer.StartAsync(token);
        await using var large = await RedisServer.StartAsync(token);
        using (var folder = await sample.CopyAsync(token))
        {
            await RunAsync(token, "copy", "--from", folder.Path, "--to", $"redis:{small.ConnectionString}");
            await RunAsync(token, "copy", "--from", folder.Path, "--to", $"redis:{large.ConnectionString}");
            await ImportManyAsync(folder, large, token);
        }

        // Interleaved, because the machine may be slower at one time than at another.
        for (var round = 0; round < ClusterTests.Rounds; round++)
        {
            await MeasureAsync("610 users, 1 silo", small, 1, Few, token);
            await MeasureAsync("610 users, 2 silos", small, 2, Few, token);
            await MeasureAsync("610 users, 4 silos", small, 4, Few, token);
            await MeasureAsync("60,610 users, the same 610 ask, 1 silo", large, 1, Few, token);
            await MeasureAsync("60,610 users, all others ask, 1 silo", large, 1, Many, token);
        }

        ClusterTests.Say(Table());
    }

    private async Task MeasureAsync(string what, RedisServer redis, int count, string[] users, CancellationToken cancellationToken)
    {
        await using var cluster = ClusterProcesses.Beside(redis, ("RecActors:Users:AnswerReuse", "00:00:00"), ("RecActors:Shutdown:DrainDelay", "00:00:00"));
        var silos = cluster.StartSilos(count);
        var gateways = cluster.StartGateways(1);
        await cluster.WaitUntilReadyAsync(cancellationToken);
        using var site = new ApiClient(gateways[0].Address);
        var load = new OpenLoad(site, users, PerSecond, seed: count);
        await load.WarmUpAsync(count * WarmUpOfASilo, cancellationToken);

        var (busySilos, busyGateway, answers, refusals, p99) = await UseAsync(silos, gateways, () => load.RunAsync(Length, cancellationToken), cancellationToken);
        await Task.Delay(Settling, cancellationToken);
        var (idleSilos, idleGateway, _, _, _) = await UseAsync(silos, gateways, () => WaitAsync(cancellationToken), cancellationToken);
        var cost = new Cost(
            busySilos.Cpu.TotalMilliseconds / answers,
            (busySilos.Cpu - (idleSilos.Cpu * (Length / Idle))).TotalMilliseconds / answers,
            (busyGateway.Cpu - (idleGateway.Cpu * (Length / Idle))).TotalMilliseconds / answers,
            idleSilos.Cpu.TotalMilliseconds / Idle.TotalSeconds / count,
            (busySilos.Messages + busyGateway.Messages - ((idleSilos.Messages + idleGateway.Messages) * (Length / Idle))) / answers,
            (busySilos.Bytes + busyGateway.Bytes - ((idleSilos.Bytes + idleGateway.Bytes) * (Length / Idle))) / answers,
            (idleSilos.Messages + idleGateway.Messages) / Idle.TotalSeconds,
            p99.TotalMilliseconds,
            refusals);
        if (!_costs.TryGetValue(what, out var costs))
        {
            _costs.Add(what, costs = []);
        }

        costs.Add(cost);
        ClusterTests.Say($"{what}: {cost}");

        // In order, so that the next cluster does not first have to find these dead.
        foreach (var node in gateways.Concat(silos))
        {
            Assert.Equal(0, await node.Process.StopAsync());
        }
    }

    private static async Task<(ClusterUse Silos, ClusterUse Gateway, int Answers, int Refusals, TimeSpan P99)> UseAsync(
        ClusterNode[] silos, ClusterNode[] gateways, Func<Task<(int Answers, int Refusals, TimeSpan P99)>> during, CancellationToken cancellationToken)
    {
        var before = (Silos: await ClusterUse.OfAsync(silos, cancellationToken), Gateway: await ClusterUse.OfAsync(gateways, cancellationToken));
        var (answers, refusals, p99) = await during();
        return (await ClusterUse.OfAsync(silos, cancellationToken) - before.Silos, await ClusterUse.OfAsync(gateways, cancellationToken) - before.Gateway, answers, refusals, p99);
    }

    private static async Task<(int Answers, int Refusals, TimeSpan P99)> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Idle, cancellationToken);
        return (0, 0, TimeSpan.Zero);
    }

    /// <summary>Users with parts of the histories that the sample has.</summary>
    private static async Task ImportManyAsync(DataFolder folder, RedisServer redis, CancellationToken cancellationToken)
    {
        var ratings = (await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(ServerProcess.ServerPath)!, "Sample", "ml-latest-small", "ratings.csv"), cancellationToken))
            .Skip(1).Select(line => line.Split(',')).ToArray();
        var file = Path.Combine(folder.Path, "many.jsonl");
        await File.WriteAllLinesAsync(file, Actions(ratings), cancellationToken);
        await RunAsync(cancellationToken, "import", "--redis", redis.ConnectionString, "--feedback", file);
    }

    private static IEnumerable<string> Actions(string[][] ratings)
    {
        var random = new Random(1);
        foreach (var user in Many)
        {
            var first = random.Next(ratings.Length - ActionsOfEach);
            foreach (var rating in ratings.AsSpan(first, ActionsOfEach).ToArray())
            {
                var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(rating[3], CultureInfo.InvariantCulture));
                yield return JsonSerializer.Serialize(new FeedbackJson("watch", user, rating[1], 1, at.ToString("O", CultureInfo.InvariantCulture)));
            }
        }
    }

    private static async Task RunAsync(CancellationToken cancellationToken, params string[] command)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(cancellationToken, command);
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Medians of the rounds.</summary>
    private string Table()
    {
        var one = Median(_costs.Values.First(), cost => cost.SiloCpu);
        var lines = _costs.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"| {row.Key} | {Median(row.Value, cost => cost.SiloCpu):F2} | {Median(row.Value, cost => cost.SiloCpu) / one:F2} | {Median(row.Value, cost => cost.WithStanding):F2} | {Median(row.Value, cost => cost.Standing):F0} | {Median(row.Value, cost => cost.GatewayCpu):F2} | {Median(row.Value, cost => cost.Messages):F2} | {Median(row.Value, cost => cost.Bytes):F0} | {Median(row.Value, cost => cost.P99):F0} | {row.Value.Sum(cost => cost.Refusals)} |"));
        return "\n| | CPU of silos, ms | to one silo | with standing costs, ms | standing, ms/s and silo | CPU of the gateway, ms | messages | bytes | p99, ms | refused |\n|---|---|---|---|---|---|---|---|---|---|\n"
            + string.Join('\n', lines);
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of)
    {
        var values = costs.Select(of).Order().ToArray();
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    /// <summary>Per recommendation, what the processes use without load taken off, except where it says so.</summary>
    private sealed record Cost(double WithStanding, double SiloCpu, double GatewayCpu, double Standing, double Messages, double Bytes, double StandingMessages, double P99, int Refusals);
}
