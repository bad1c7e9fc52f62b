using System.Diagnostics.Metrics;
using RecActors.Hosting;

namespace RecActors.Anonymous;

/// <summary>What became of anonymous sessions.</summary>
internal static class AnonymousTelemetry
{
    private static readonly Counter<long> Sessions = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.anonymous.erased", "{session}", "Anonymous sessions erased since their time to live was over.");

    private static readonly Counter<long> Failures = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.anonymous.failed", "{session}", "Anonymous sessions that could not be looked at or erased; they have another turn.");

    public static void Erased(int sessions) => Sessions.Add(sessions);

    public static void Failed(int sessions) => Failures.Add(sessions);
}
