using Orleans.Concurrency;
using RecActors.Hosting;

namespace RecActors.Health;

[GrainType("serving-probe")]
[StatelessWorker(1)]
internal sealed class ServingProbeGrain(ISiloReadiness readiness) : Grain, IServingProbeGrain
{
    public Task<SiloServing> ProbeAsync(CancellationToken cancellationToken)
    {
        var report = readiness.Report();
        return Task.FromResult(new SiloServing(report.CanAnswer, report.ModelVersion, report.ColdStart, report.CanAnswer ? null : string.Join("; ", report.Missing)));
    }
}
