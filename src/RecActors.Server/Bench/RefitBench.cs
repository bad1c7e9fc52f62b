using System.Globalization;
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

    private const double OpenShare = 0.5;
    private const string Running = "Running";

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
        using var open = new OpenLoop(target.Server, mix, OpenLoopLimits.Usual, time);
        var rate = OpenShare * peak.Rate;
        await open.RunAsync(rate, settings.Length, cancellationToken);

        // By turns: what else the machine does changes from minute to minute.
        var (without, beside) = (new List<Measurement>(), new List<Measurement>());
        var (pausesWithout, pausesBeside) = (new List<Pauses>(), new List<Pauses>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            without.Add(await MeasureAsync(pausesWithout));
            await StartRefitAsync(cancellationToken);
            beside.Add(await MeasureAsync(pausesBeside));
            await StopRefitAsync(cancellationToken);
        }

        report.Columns();
        report.Row("mix, closed loop", peak);
        report.Row("mix, open loop at half the rate", Measurement.MedianOf(without));
        report.Row("the same beside a refit", Measurement.MedianOf(beside));
        report.Line($"");
        report.Line($"p99 beside a refit: {Measurement.MedianOf(beside).P99 / Measurement.MedianOf(without).P99:F2} times.");
        report.Line($"Garbage collections without: {Told(pausesWithout)}; beside it: {Told(pausesBeside)}.");

        async Task<Measurement> MeasureAsync(List<Pauses> pauses)
        {
            var (before, length) = (await PausesAsync(cancellationToken), settings.Length * 2);
            var measured = await _meter.OfServerAsync(async _ => (await open.RunAsync(rate, length, cancellationToken), length), cancellationToken);
            pauses.Add(await PausesAsync(cancellationToken) - before);
            return measured;
        }

        string Told(List<Pauses> pauses) => Pauses.Tell(pauses, settings.Length * 2);
    }

    /// <summary>What the server tells of its garbage collections.</summary>
    private async Task<Pauses> PausesAsync(CancellationToken cancellationToken) => new(
        await target.MetricAsync("dotnet_gc_collections_total", cancellationToken) ?? 0,
        await target.MetricAsync("dotnet_gc_pause_time_seconds_total", cancellationToken) ?? 0);

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

    /// <summary>How many collections there were, and how long everything stood still for them.</summary>
    private readonly record struct Pauses(double Count, double Seconds)
    {
        /// <summary>Of measurements of one length.</summary>
        public static string Tell(IReadOnlyCollection<Pauses> measured, TimeSpan length)
        {
            var (count, seconds) = (measured.Sum(one => one.Count), measured.Sum(one => one.Seconds));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{count:F0}, {seconds * 1000 / Math.Max(1, count):F1} ms of pause each, {seconds / length.TotalSeconds / measured.Count:P1} of the time");
        }

        public static Pauses operator -(Pauses later, Pauses earlier) => new(later.Count - earlier.Count, later.Seconds - earlier.Seconds);
    }

    private async Task<string> StateAsync(CancellationToken cancellationToken) =>
        (await target.Http.GetFromJsonAsync<JsonElement>(Refit, cancellationToken)).GetProperty("State").GetString()!;
}
