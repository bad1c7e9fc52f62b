using System.Diagnostics.Metrics;
using RecActors.Hosting;

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

    public static void Ranked(TimeSpan duration) => Ranking.Record(duration.TotalSeconds);

    public static void Retrieved(TimeSpan duration) => Retrieval.Record(duration.TotalSeconds);

    public static void Scanned(int queries) => PassSize.Record(queries);
}
