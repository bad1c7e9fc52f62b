using System.Net;

namespace RecActors.Bench;

/// <summary>One measurement under load.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="Cpu">Processor time of the server per answer, in microseconds; null when the server's process is not known.</param>
/// <param name="StoreCpu">The same of the Redis that was started for it; null where there is none.</param>
/// <param name="Allocated">Bytes that the server allocated per answer; null when it does not tell.</param>
/// <param name="P50">Half of the answers came within so many milliseconds.</param>
/// <param name="P99">All but one in a hundred.</param>
/// <param name="P999">All but one in a thousand.</param>
/// <param name="Failed">Requests that were not answered as asked.</param>
/// <param name="Degraded">Answers that say they were made with less.</param>
/// <param name="Foreign">The share of the machine's processors that neither the server, its Redis nor the load took.</param>
internal sealed record Measurement(
    double Rate, double? Cpu, double? StoreCpu, double? Allocated, double P50, double P99, double P999, long Failed, long Degraded, double Foreign)
{
    /// <summary>Above this foreign share a measurement is not to be trusted.</summary>
    public const double NoisyShare = 0.05;

    public bool IsNoisy => Foreign > NoisyShare;

    /// <summary>The medians of several measurements of one thing; what failed and the foreign share are the worst.</summary>
    public static Measurement MedianOf(IReadOnlyList<Measurement> all) => new(
        Median(all.Select(one => one.Rate)),
        all[0].Cpu is null ? null : Median(all.Select(one => one.Cpu ?? 0)),
        all[0].StoreCpu is null ? null : Median(all.Select(one => one.StoreCpu ?? 0)),
        all[0].Allocated is null ? null : Median(all.Select(one => one.Allocated ?? 0)),
        Median(all.Select(one => one.P50)),
        Median(all.Select(one => one.P99)),
        Median(all.Select(one => one.P999)),
        all.Sum(one => one.Failed),
        all.Sum(one => one.Degraded),
        all.Max(one => one.Foreign));

    /// <summary>Of answers that were to several things each: what one of those costs. Times stay those of the answers.</summary>
    public static Measurement PerPart(Measurement answers, int parts) => answers with
    {
        Rate = answers.Rate * parts,
        Cpu = answers.Cpu / parts,
        StoreCpu = answers.StoreCpu / parts,
        Allocated = answers.Allocated / parts,
    };

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>Reads what a load costs its server.</summary>
internal sealed class LoadMeter(BenchTarget target, TimeProvider time)
{
    private const string AllocatedMetric = "dotnet_gc_heap_total_allocated_bytes_total";

    /// <summary>Puts a load on the server and measures.</summary>
    public Task<Measurement> OfServerAsync(Func<EndPoint, Task<(LoadTally Tally, TimeSpan Took)>> load, CancellationToken cancellationToken) =>
        MeasureAsync(target.Server, target.ServerId, withMetrics: true, load, cancellationToken);

    /// <summary>Puts a load on the bare server and measures.</summary>
    public Task<Measurement> OfBareAsync(Func<EndPoint, Task<(LoadTally Tally, TimeSpan Took)>> load, CancellationToken cancellationToken) =>
        MeasureAsync(target.Bare, target.BareId, withMetrics: false, load, cancellationToken);

    private async Task<Measurement> MeasureAsync(
        EndPoint server, int? serverId, bool withMetrics, Func<EndPoint, Task<(LoadTally Tally, TimeSpan Took)>> load, CancellationToken cancellationToken)
    {
        var allocatedBefore = withMetrics ? await AllocatedAsync(cancellationToken) : null;
        var storeId = withMetrics ? target.StoreId : null;
        var (before, started) = (MachineUse.Read(serverId, storeId), time.GetTimestamp());
        var (tally, took) = await load(server);
        var (use, elapsed) = (MachineUse.Read(serverId, storeId) - before, time.GetElapsedTime(started));
        var allocated = withMetrics ? await AllocatedAsync(cancellationToken) - allocatedBefore : null;
        var answers = Math.Max(1, tally.Answers);
        return new Measurement(
            tally.Answers / took.TotalSeconds,
            serverId is null ? null : use.Server.TotalMicroseconds / answers,
            storeId is null ? null : use.Store.TotalMicroseconds / answers,
            allocated / answers,
            tally.Percentile(50),
            tally.Percentile(99),
            tally.Percentile(99.9),
            tally.Requests - tally.Answers,
            tally.Degraded,
            use.Foreign / elapsed / Environment.ProcessorCount);
    }

    private Task<double?> AllocatedAsync(CancellationToken cancellationToken) => target.MetricAsync(AllocatedMetric, cancellationToken);
}
