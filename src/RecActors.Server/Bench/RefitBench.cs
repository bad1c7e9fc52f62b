using System.Text.Json;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>
/// How long answers take while the server refits its model beside them, from the reading of the journals on, at half of what it can answer, and how long
/// without.
/// </summary>
internal sealed class RefitBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    /// <summary>What the started server has to be.</summary>
    public const string Roles = "serve,gateway,train";

    private const int Connections = 1000;
    private const double OpenShare = 0.5;
    private const string Running = "Running";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly Uri Refit = new("/api/refit", UriKind.Relative);

    private readonly LoadMeter _meter = new(target, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var world = await BenchWorld.ReadAsync(target.Http, settings.Exponent, cancellationToken);
        Func<int, IRequestScript> mix = seed => new VisitorScript(world, settings.ActionShare, seed);
        IRequestScript[] closed = [.. Enumerable.Range(0, settings.Connections).Select(mix)];
        await ClosedLoop.RunAsync(target.Server, closed, settings.WarmUp, time, cancellationToken);
        var peak = await _meter.OfServerAsync(
            server => ClosedLoop.RunAsync(server, closed, settings.Length, time, cancellationToken), cancellationToken);
        using var open = new OpenLoop(target.Server, mix, new OpenLoopLimits(Connections, Patience), time);
        var rate = OpenShare * peak.Rate;
        await open.RunAsync(rate, settings.Length, cancellationToken);

        // By turns: what else the machine does changes from minute to minute.
        var (without, beside) = (new List<Measurement>(), new List<Measurement>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            without.Add(await MeasureAsync());
            await StartRefitAsync(cancellationToken);
            beside.Add(await MeasureAsync());
            await StopRefitAsync(cancellationToken);
        }

        report.Columns();
        report.Row("mix, closed loop", peak);
        report.Row("mix, open loop at half the rate", Measurement.MedianOf(without));
        report.Row("the same beside a refit", Measurement.MedianOf(beside));
        report.Line($"");
        report.Line($"p99 beside a refit: {Measurement.MedianOf(beside).P99 / Measurement.MedianOf(without).P99:F2} times.");

        Task<Measurement> MeasureAsync() => _meter.OfServerAsync(
            async _ => (await open.RunAsync(rate, settings.Length * 2, cancellationToken), settings.Length * 2), cancellationToken);
    }

    private async Task StartRefitAsync(CancellationToken cancellationToken)
    {
        using var started = await target.Http.PostAsJsonAsync(Refit, new { Reason = "bench", Promote = false }, cancellationToken);
        started.EnsureSuccessStatusCode();
    }

    /// <exception cref="StartupException">It ended before: what was measured was not beside a refit.</exception>
    private async Task StopRefitAsync(CancellationToken cancellationToken)
    {
        if (await StateAsync(cancellationToken) is var state && state != Running)
        {
            throw new StartupException($"The refit is {state}: measure for a shorter time, or with more data.");
        }

        using var cancelled = await target.Http.DeleteAsync(Refit, cancellationToken);
        cancelled.EnsureSuccessStatusCode();
        while (await StateAsync(cancellationToken) == Running)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<string> StateAsync(CancellationToken cancellationToken) =>
        (await target.Http.GetFromJsonAsync<JsonElement>(Refit, cancellationToken)).GetProperty("State").GetString()!;
}
