using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.ItemWeights;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// One refit from start to end, on the calling thread. Slices of the timeline: sources are fitted on the first, the ranker learns
/// from the second and stops by the third, the gate judges on the fourth; then the sources are fitted to everything and the ranker kept.
/// </summary>
internal sealed class RefitPipeline(
    TrainingSet set, TrainingPlan plan, RankingOptions ranking, ItemStatisticsOptions statistics, long nowMs, StageProgress progress)
{
    // The rest of the two stages is the sequence model's.
    private const double VectorShare = .3;

    private readonly TrainingOptions _options = plan.Options;
    private readonly int _seed = plan.Options.Seed;
    private readonly IReadOnlyList<CandidateSource> _without = plan.Options.WithoutSources ?? [];

    public TrainingOutcome Run(CancellationToken cancellationToken)
    {
        progress.Report(TrainingStage.Preparing, 0, $"{set.Events.Count} actions, {set.UserIds.Count} users, {set.ItemIds.Count} items");
        var timeline = EventTimeline.Of(set, _options, _seed, plan.ValidationFrom);
        var state = new ReplayState(set, _options.Window, statistics, ranking, nowMs);
        var settings = Search(timeline, state, cancellationToken);
        var assembly = new BundleAssembly(set, plan, _seed);

        var vectors = Fit(TrainingStage.FittingSources, timeline, timeline.SourceEnd, settings, cancellationToken);
        var sequence = new SequenceStage(set, timeline, _options, _seed, progress);
        var linear = new LinearStage(set, timeline, state, _options);
        var candidate = SideBySide(
            assembly.Sources(vectors, settings, state.Catalog, cancellationToken),
            sources => sequence.AddTo(sources, cancellationToken),
            sources => linear.AddTo(sources, tried => progress.Report(TrainingStage.FittingSources, 0, tried), cancellationToken),
            cancellationToken);
        var sampling = new QuerySampling(timeline.Questions(timeline.SourceEnd, timeline.Count).Count(), _options.MaxReplayQueries);
        var ranker = new RankerStage(set, timeline, state, _options, _seed, progress);
        candidate = ranker.Run(candidate, sampling, cancellationToken);
        var gate = new QualityGate(set, timeline, state, plan, progress).Run(candidate, sampling, cancellationToken);
        gate = gate with { Sources = ranker.Sources, Reason = $"{gate.Reason}{SourceWorth.Describe(ranker.Sources)}" };

        // Events set apart for validation are not learned in the end either: the candidate's sources have learned all there is.
        var sources = candidate;
        if (timeline.LearnedEnd != timeline.SourceEnd)
        {
            vectors = Fit(TrainingStage.Refitting, timeline, timeline.LearnedEnd, settings, cancellationToken);
            sources = SideBySide(
                assembly.Sources(vectors, settings, state.Catalog, cancellationToken),
                fitted => sequence.AddTo(fitted, candidate, cancellationToken),
                fitted => linear.AddTo(fitted, candidate),
                cancellationToken);
        }

        var bundle = BundleAssembly.Whole(sources, candidate, StatisticsOf(state, timeline, cancellationToken), state.Catalog, MetricsOf(gate));
        progress.Report(TrainingStage.Completed, 1, gate.Reason);
        return new(bundle, gate);
    }

    /// <summary>The bundle with the sequence model of the one and the item weights of the other, which know nothing of each other.</summary>
    private ModelBundle SideBySide(
        ModelBundle sources, Func<ModelBundle, ModelBundle> addSequence, Func<ModelBundle, ModelBundle> addLinear, CancellationToken cancellationToken)
    {
        var (withSequence, withLinear) = (sources, sources);
        RowThreads.Run(
            2, 1, _options.Threads,
            (part, _) =>
            {
                if (part == 0)
                {
                    withSequence = _without.Contains(CandidateSource.Sequence) ? sources : addSequence(sources);
                }
                else
                {
                    withLinear = _without.Contains(CandidateSource.Linear) ? sources : addLinear(sources);
                }
            },
            cancellationToken);
        return withSequence with { Linear = withLinear.Linear, Blend = withSequence.Blend with { Linear = withLinear.Blend.Linear } };
    }

    private SourceSettings Search(EventTimeline timeline, ReplayState state, CancellationToken cancellationToken)
    {
        // Counting the slice grows with the events, which the search does not.
        progress.Report(TrainingStage.Preparing, .1, $"item statistics of {timeline.SourceEnd} actions");
        var search = new SettingsSearch(set, timeline, state, ranking.ItemToItem, _options, _seed, cancellationToken);
        progress.Report(TrainingStage.Searching, 0, "");
        return search.Run(
            (settings, score, spent) => progress.Report(TrainingStage.Searching, spent, FormattableString.Invariant($"{settings}: {score:F4}")),
            cancellationToken);
    }

    private InterestVectors Fit(TrainingStage stage, EventTimeline timeline, int end, SourceSettings settings, CancellationToken cancellationToken) =>
        InterestVectors.Fit(
            set, timeline, end, settings, _options, _seed, fraction => progress.Report(stage, fraction * VectorShare, $"vectors of {end} actions"), cancellationToken);

    /// <summary>
    /// The statistics of everything. The replay has counted them already; only without times it went through the events in another
    /// order than they came to the journal, which is the order that the live statistics know.
    /// </summary>
    private ItemStatistics StatisticsOf(ReplayState replayed, EventTimeline timeline, CancellationToken cancellationToken)
    {
        if (set.HasTimes || timeline.HasValidation)
        {
            return replayed.Statistics;
        }

        var state = new ReplayState(set, _options.Window, statistics, ranking, nowMs);
        for (var index = 0; index < timeline.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state.Advance(index);
        }

        return state.Statistics;
    }

    private static Dictionary<string, double> MetricsOf(GateReport gate)
    {
        var metrics = new Dictionary<string, double>(gate.Candidate) { ["queries"] = gate.Queries };
        foreach (var (name, value) in gate.Reference)
        {
            metrics["reference." + name] = value;
        }

        foreach (var source in gate.Sources)
        {
            metrics[$"sources.{source.Source}.worth"] = source.Worth;
        }

        return metrics;
    }
}
