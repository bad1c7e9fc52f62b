using System.Diagnostics.Metrics;
using RecActors.Hosting;

namespace RecActors.Training;

/// <summary>What refits take.</summary>
internal static class TrainingTelemetry
{
    private static readonly Histogram<double> Refits = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.refit.duration", "s", "Time of a refit, from the journals to the promotion, by how it ended.");

    public static void Refitted(RefitState state, TimeSpan duration) =>
        Refits.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("state", state.ToString()));
}
