using System.Net;

namespace RecActors.Bench;

/// <summary>Measures open loops, with all that became of their requests.</summary>
internal sealed class OpenLoopMeter(BenchTarget target, TimeProvider time)
{
    private readonly LoadMeter _meter = new(target, time);

    /// <summary>Requests to the server at a rate for a while, until the last is answered or given up.</summary>
    public Task<Phase> OfServerAsync(OpenLoop open, double rate, TimeSpan length, CancellationToken cancellationToken) =>
        MeasureAsync(_meter.OfServerAsync, target.ServerId, target.StoreId, open, rate, length, cancellationToken);

    /// <summary>The same of the bare server.</summary>
    public Task<Phase> OfBareAsync(OpenLoop open, double rate, TimeSpan length, CancellationToken cancellationToken) =>
        MeasureAsync(_meter.OfBareAsync, target.BareId, null, open, rate, length, cancellationToken);

    private async Task<Phase> MeasureAsync(
        Func<Func<EndPoint, Task<(LoadTally Tally, TimeSpan Took)>>, CancellationToken, Task<Measurement>> meter,
        int? serverId,
        int? storeId,
        OpenLoop open,
        double rate,
        TimeSpan length,
        CancellationToken cancellationToken)
    {
        LoadTally? tally = null;
        var (before, began) = (MachineUse.Read(serverId, storeId), time.GetTimestamp());
        var measured = await meter(
            async _ =>
            {
                var started = time.GetTimestamp();
                tally = await open.RunAsync(rate, length, cancellationToken);
                return (tally, time.GetElapsedTime(started));
            },
            cancellationToken);
        return new Phase(measured, tally!, MachineUse.Read(serverId, storeId) - before, time.GetElapsedTime(began));
    }
}

/// <summary>A load and what it took.</summary>
internal sealed record Phase(Measurement Measured, LoadTally Tally, MachineUse Use, TimeSpan Took);
