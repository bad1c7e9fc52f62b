using System.Diagnostics.Metrics;
using RecActors.Hosting;

namespace RecActors.ItemStats;

/// <summary>What the exchange of item statistics could not keep up with.</summary>
internal static class ItemStatsTelemetry
{
    private static readonly Counter<long> Given = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.stats.lost", "{action}", "Actions that this silo's partitions would not take; other silos do not count them.");

    private static readonly Counter<long> Unfetched = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.stats.missed", "{exchange}", "Exchanges that came too late for what a partition had kept.");

    public static void Lost(int actions) => Given.Add(actions);

    public static void Missed() => Unfetched.Add(1);
}
