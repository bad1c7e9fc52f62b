using System.Diagnostics;
using RecActors.Hosting;
using RecActors.Retrieval;

namespace RecActors.Bench.Scale;

/// <summary>What one site costs a server: to start, in memory, and for each recommendation that has to see a fresh action of its user.</summary>
internal sealed class ScaleBench(BenchTarget target, BenchSettings settings, ScaleShape shape, TimeSpan indexPatience, TimeProvider time)
{
    private const int MostItemIds = 200_000;
    private const int OpenConnections = 1_000;
    private const double OpenShare = 0.5;
    private const double Even = 0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly LoadMeter _meter = new(target, time);

    /// <summary>Measures a server that has just started on the site.</summary>
    public async Task<ScaleRow> RunAsync(bool indexed, Action<string> tell, CancellationToken cancellationToken)
    {
        var row = new ScaleRow
        {
            Items = shape.Items,
            History = shape.History,
            Users = shape.Users,
            Indexed = indexed,
            StartSeconds = target.StartTook.TotalSeconds,
            At = time.GetUtcNow(),
        };
        if (indexed && shape.Items >= new IndexOptions().FromRows)
        {
            tell("waiting for the index");
            row = await WaitForIndexAsync(row, cancellationToken);
        }

        row = row with { ResidentBytes = ResidentBytes(), HeapBytes = await target.MetricAsync("dotnet_gc_last_collection_heap_size_bytes", cancellationToken) };
        var world = World();
        var bare = Scripts(_ => new PathScript(world.Host, "/api/recommend/1?n=10"u8.ToArray()));
        var actions = Scripts(seed => new VisitorScript(world, 1, seed));
        var fresh = Scripts(seed => new ActionThenQuestionScript(world, seed));
        tell("warming up");
        await ClosedLoop.RunAsync(target.Bare, bare, settings.WarmUp / 5, time, cancellationToken);
        await ClosedLoop.RunAsync(target.Server, fresh, settings.WarmUp, time, cancellationToken);
        var (bares, acted, pairs) = (new List<Measurement>(), new List<Measurement>(), new List<Measurement>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            tell($"round {round + 1} of {settings.Rounds}");
            bares.Add(await _meter.OfBareAsync(server => RunAsync(server, bare, cancellationToken), cancellationToken));
            acted.Add(await _meter.OfServerAsync(server => RunAsync(server, actions, cancellationToken), cancellationToken));
            pairs.Add(await _meter.OfServerAsync(server => RunAsync(server, fresh, cancellationToken), cancellationToken));
        }

        tell("open loop");
        var open = await OpenAsync(world, OpenShare * Measurement.MedianOf(pairs).Rate, cancellationToken);
        return With(row, Measurement.MedianOf(bares), Measurement.MedianOf(acted), Measurement.MedianOf(pairs), open);
    }

    private static ScaleRow With(ScaleRow row, Measurement bare, Measurement action, Measurement pair, Measurement open) => row with
    {
        FreshCpu = (2 * pair.Cpu ?? 0) - (action.Cpu ?? 0),
        ActionCpu = action.Cpu ?? 0,
        FreshAllocated = (2 * pair.Allocated ?? 0) - (action.Allocated ?? 0),
        Rate = pair.Rate / 2,
        P50 = open.P50,
        P99 = open.P99,
        BareRate = bare.Rate,
        BareCpu = bare.Cpu ?? 0,
        Failed = action.Failed + pair.Failed + open.Failed,
        Degraded = pair.Degraded + open.Degraded,
        Foreign = new[] { bare, action, pair, open }.Max(measured => measured.Foreign),
    };

    private async Task<ScaleRow> WaitForIndexAsync(ScaleRow row, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < indexPatience)
        {
            // Of both tables that a question searches: without its index, either is scanned.
            if (await target.MetricAsync("recactors_retrieval_recall", cancellationToken, "source=\"embedding\"") is { } recall
                && await target.MetricAsync("recactors_retrieval_recall", cancellationToken, "source=\"sequence\"") is { } ofSequence)
            {
                return row with { Recall = Math.Min(recall, ofSequence), IndexSeconds = time.GetElapsedTime(started).TotalSeconds };
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        throw new StartupException($"The index was not there after {indexPatience}.");
    }

    /// <summary>Those who ask, all alike; items by the law, at most so many of them, from all over the catalog.</summary>
    private BenchWorld World()
    {
        var items = Math.Min(shape.Items, MostItemIds);
        var world = BenchWorld.Of(
            target.Http.BaseAddress!.Authority,
            [.. Enumerable.Range(0, shape.Askers).Select(user => WireId.Of(ScaleShape.UserId(user)))],
            [.. Enumerable.Range(0, items).Select(place => WireId.Of(ScaleShape.ItemId((int)((long)place * shape.Items / items))))],
            settings.Exponent);
        return world with { UserChoice = new ZipfChoice(shape.Askers, Even, seed: 1) };
    }

    private IRequestScript[] Scripts(Func<int, IRequestScript> scriptOf) => [.. Enumerable.Range(0, settings.Connections).Select(scriptOf)];

    private Task<(LoadTally Tally, TimeSpan Took)> RunAsync(System.Net.EndPoint server, IRequestScript[] scripts, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(server, scripts, settings.Length, time, cancellationToken);

    private async Task<Measurement> OpenAsync(BenchWorld world, double rate, CancellationToken cancellationToken)
    {
        using var open = new OpenLoop(
            target.Server, seed => new ActionThenQuestionScript(world, seed, timesQuestions: true), new OpenLoopLimits(OpenConnections, Patience), time);
        await open.RunAsync(rate, settings.Length / 2, cancellationToken);
        return await _meter.OfServerAsync(async _ => (await open.RunAsync(rate, settings.Length * 2, cancellationToken), settings.Length * 2), cancellationToken);
    }

    private long ResidentBytes()
    {
        using var server = Process.GetProcessById(target.ServerId!.Value);
        return server.WorkingSet64;
    }
}
