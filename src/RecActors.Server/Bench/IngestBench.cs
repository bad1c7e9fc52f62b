using RecActors.Bench.Scale;

namespace RecActors.Bench;

/// <summary>What it costs to take actions in, durable before the acknowledgement: in batches spread over users, and one by one.</summary>
internal sealed class IngestBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private const double Even = 0;

    /// <summary>Actions in a batch, for the cost against its size.</summary>
    private static readonly int[] BatchSizes = [1, 10, 100, 1_000];

    private readonly LoadMeter _meter = new(target, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var items = await BenchWorld.ReadOrMakeUpAsync(target.Http, settings.Exponent, cancellationToken);
        var even = items.WithUsers("bench-", settings.Users, Even);
        var zipf = items.WithUsers("bench-", settings.Users, settings.Exponent);
        report.Line($"{settings.Users} users, {items.Items.Length} items; batches of {settings.Batch} actions as {(settings.AsArray ? "JSON arrays" : "NDJSON")}.");
        report.Line($"");
        Func<int, IRequestScript> batches = seed => new BatchScript(even, settings.Batch, settings.AsArray, seed);
        int[] otherSizes = [.. BatchSizes.Where(size => size != settings.Batch)];
        Func<int, IRequestScript> hot = seed => new BatchScript(zipf, settings.Batch, settings.AsArray, seed);
        Func<int, IRequestScript> single = seed => new VisitorScript(even, 1, seed);
        await RunAsync(target.Bare, single, settings.WarmUp / 5, cancellationToken);
        await RunAsync(target.Server, batches, settings.WarmUp * 2 / 3, cancellationToken);
        await RunAsync(target.Server, single, settings.WarmUp / 3, cancellationToken);

        var (bare, bareBatches, evenRounds, hotRounds, singleRounds) =
            (new List<Measurement>(), new List<Measurement>(), new List<Measurement>(), new List<Measurement>(), new List<Measurement>());
        var sizeRounds = otherSizes.ToDictionary(size => size, _ => new List<Measurement>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            bare.Add(await _meter.OfBareAsync(server => RunAsync(server, single, settings.Length, cancellationToken), cancellationToken));
            bareBatches.Add(await _meter.OfBareAsync(server => RunAsync(server, batches, settings.Length, cancellationToken), cancellationToken));
            evenRounds.Add(await MeasureAsync(batches));
            hotRounds.Add(await MeasureAsync(hot));
            singleRounds.Add(await MeasureAsync(single));
            foreach (var size in otherSizes)
            {
                sizeRounds[size].Add(await MeasureAsync(seed => new BatchScript(even, size, settings.AsArray, seed)));
            }
        }

        var (post, batch) = (Measurement.MedianOf(bare), Measurement.MedianOf(bareBatches));
        report.Columns();
        report.Row("bare Kestrel POST of one action", post, post);
        report.Row("one action a POST", Measurement.MedianOf(singleRounds), post);
        report.Row("bare Kestrel POST of a batch", batch, batch);
        Tell("batches, users alike", Measurement.MedianOf(evenRounds), batch);
        Tell("batches, Zipf users", Measurement.MedianOf(hotRounds), batch);
        foreach (var size in otherSizes)
        {
            report.Row($"batches of {size}, users alike, per action", Measurement.PerPart(Measurement.MedianOf(sizeRounds[size]), size));
        }

        sizeRounds[settings.Batch] = evenRounds;
        new BatchCostReport([.. sizeRounds.Select(size => (size.Key, Measurement.PerPart(Measurement.MedianOf(size.Value), size.Key)))], report).Write(settings.Plots);

        Task<Measurement> MeasureAsync(Func<int, IRequestScript> scriptOf) =>
            _meter.OfServerAsync(server => RunAsync(server, scriptOf, settings.Length, cancellationToken), cancellationToken);
    }

    private void Tell(string name, Measurement measured, Measurement bare)
    {
        report.Row(name, measured, bare);
        report.Row(name + ", per action", Measurement.PerPart(measured, settings.Batch));
    }

    private Task<(LoadTally Tally, TimeSpan Took)> RunAsync(
        System.Net.EndPoint server, Func<int, IRequestScript> scriptOf, TimeSpan length, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(server, [.. Enumerable.Range(0, settings.Connections).Select(scriptOf)], length, time, cancellationToken);
}
