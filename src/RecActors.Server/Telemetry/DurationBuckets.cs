using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace RecActors.Telemetry;

/// <summary>
/// Bounds of our durations' histograms. OpenTelemetry's own begin at 5, meant for milliseconds: all that takes less than five seconds
/// would be one bucket.
/// </summary>
internal static class DurationBuckets
{
    private const string OurMeters = "RecActors.";
    private const string Seconds = "s";

    private static readonly double[] Bounds =
        [.0001, .00025, .0005, .001, .0025, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

    /// <summary>The bounds for an instrument of ours that measures seconds and names none itself; null leaves others as they are.</summary>
    public static MetricStreamConfiguration? Of(Instrument instrument) =>
        instrument is Histogram<double> { Unit: Seconds, Advice: null } && instrument.Meter.Name.StartsWith(OurMeters, StringComparison.Ordinal)
            ? new ExplicitBucketHistogramConfiguration { Boundaries = Bounds }
            : null;
}
