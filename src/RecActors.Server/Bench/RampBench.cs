using System.Net;

namespace RecActors.Bench;

/// <summary>
/// How the times of answers grow with what is asked: first the most that the server and the bare one answer of the mix, and then an open loop whose rate
/// rises in shares of that, past it in the end.
/// </summary>
internal sealed class RampBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private readonly LoadMeter _meter = new(target, time);
    private readonly OpenLoopMeter _openMeter = new(target, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var world = await BenchWorld.ReadAsync(target.Http, settings.Exponent, cancellationToken);
        report.Line($"{world.Users.Length} users, {world.Items.Length} items; of the mix {settings.ActionShare:P0} are actions.");
        report.Line($"");
        Func<int, IRequestScript> mix = seed => new VisitorScript(world, settings.ActionShare, seed);
        await ClosedAsync(target.Bare, settings.WarmUp / 5);
        await ClosedAsync(target.Server, settings.WarmUp);
        var (barePeaks, peaks) = (new List<Measurement>(), new List<Measurement>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            barePeaks.Add(await _meter.OfBareAsync(server => ClosedAsync(server, settings.Length), cancellationToken));
            peaks.Add(await _meter.OfServerAsync(server => ClosedAsync(server, settings.Length), cancellationToken));
        }

        var (barePeak, peak) = (Measurement.MedianOf(barePeaks), Measurement.MedianOf(peaks));
        report.Columns();
        report.Row("bare Kestrel, mix, closed loop", barePeak, barePeak);
        report.Row("mix, closed loop", peak, barePeak);
        report.Line($"");

        using var bareOpen = new OpenLoop(target.Bare, mix, OpenLoopLimits.Usual, time);
        using var open = new OpenLoop(target.Server, mix, OpenLoopLimits.Usual, time);

        // Connections are opened and the code of open loops is compiled before the first step.
        await bareOpen.RunAsync(settings.Shares[0] * barePeak.Rate, settings.Length / 2, cancellationToken);
        await open.RunAsync(settings.Shares[0] * peak.Rate, settings.Length / 2, cancellationToken);
        var (bareSteps, steps) = (Steps(), Steps());
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var (index, share) in settings.Shares.Index())
            {
                bareSteps[index].Add(await _openMeter.OfBareAsync(bareOpen, share * barePeak.Rate, settings.Length, cancellationToken));
                steps[index].Add(await _openMeter.OfServerAsync(open, share * peak.Rate, settings.Length, cancellationToken));
            }
        }

        new RampReport([.. settings.Shares.Select((share, index) => RampStep.Of(share, settings.Length, steps[index], bareSteps[index]))], report).Write(settings.Plots);

        Task<(LoadTally Tally, TimeSpan Took)> ClosedAsync(EndPoint server, TimeSpan length) =>
            ClosedLoop.RunAsync(server, [.. Enumerable.Range(0, settings.Connections).Select(mix)], length, time, cancellationToken);

        List<Phase>[] Steps() => [.. settings.Shares.Select(_ => new List<Phase>())];
    }
}
