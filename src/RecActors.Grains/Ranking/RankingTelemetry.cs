using System.Diagnostics.Metrics;
using RecActors.Hosting;
using RecActors.Models;

namespace RecActors.Ranking;

/// <summary>What answers cost.</summary>
internal static class RankingTelemetry
{
    private static readonly Histogram<double> Ranking = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.ranking.duration", "s", "Time to find and rank an answer, retrieval included.");

    private static readonly Histogram<double> Retrieval = GrainTelemetry.Meter.CreateHistogram<double>(
        "recactors.retrieval.duration", "s", "Time until all shards have answered a search.");

    private static readonly Histogram<int> PassSize = GrainTelemetry.Meter.CreateHistogram<int>(
        "recactors.retrieval.pass.size", "{query}", "Queries that shared one pass over a shard.");

    private static readonly Gauge<double> Recall = GrainTelemetry.Meter.CreateGauge<double>(
        "recactors.retrieval.recall", "1", "Share of the best hundred that searches by the index find, measured on sampled queries when it was built.");

    private static readonly Gauge<double> ScannedShare = GrainTelemetry.Meter.CreateGauge<double>(
        "recactors.retrieval.scanned", "1", "Share of the rows that searches by the index look at, measured when it was built.");

    private static readonly Counter<long> DegradedAnswers = GrainTelemetry.Meter.CreateCounter<long>(
        "recactors.ranking.degraded", "{answer}", "Answers that gave parts of the work up because their time was running out, by what they gave up.");

    public static void Degraded(Degradation step) => DegradedAnswers.Add(1, new KeyValuePair<string, object?>("step", step.ToString()));

    public static void Ranked(TimeSpan duration) => Ranking.Record(duration.TotalSeconds);

    public static void Retrieved(TimeSpan duration) => Retrieval.Record(duration.TotalSeconds);

    public static void Indexed(IndexReport report)
    {
        var source = new KeyValuePair<string, object?>("source", report.Source);
        Recall.Record(report.Recall, source);
        ScannedShare.Record(report.Scanned, source);
    }

    public static void Scanned(int queries) => PassSize.Record(queries);
}
