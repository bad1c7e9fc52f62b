using System.Diagnostics.Metrics;
using RecActors.Hosting;

namespace RecActors.Models;

/// <summary>What becomes of models.</summary>
internal static class ModelTelemetry
{
    private static readonly Histogram<double> Swaps = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.model.swap.duration", "s", "Time of a silo's change to another model; preparing it not counted.");

    private static readonly Counter<long> Promotions = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.model.promotions", "{promotion}", "Promotions and roll-backs, by whether they took place.");

    private static readonly Gauge<double> Created = GrainTelemetry.Meter.CreateGauge<double>(
        "recactors.model.created", "s", "When the serving model was trained, in Unix seconds.");

    public static void Swapped(TimeSpan duration, ServingModel serving)
    {
        Swaps.Record(duration.TotalSeconds);
        if (serving.Bundle is { } bundle)
        {
            Created.Record(TimeSpan.FromMilliseconds(bundle.Manifest.CreatedMs).TotalSeconds);
        }
    }

    public static void Promoted(bool took) => Promotions.Add(1, new KeyValuePair<string, object?>("promoted", took));
}
