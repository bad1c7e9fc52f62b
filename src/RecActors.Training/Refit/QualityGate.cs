using System.Globalization;
using RecActors.Models;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// Measures the new model beside what serves now on the newest slice, each query answered by both at the same moment of one replay
/// with live updates. It passes unless it is worse by more than the tolerance, and by more than chance explains.
/// </summary>
internal sealed class QualityGate(TrainingSet set, EventTimeline timeline, ReplayState state, TrainingPlan plan, StageProgress progress)
{
    // Below so many queries the serving model has not seen, its vectors would be judged on what they were fitted to.
    private const int LeastUnseenQueries = 200;

    // Two standard errors: a difference that chance brings about once in forty times.
    private const double StandardErrors = 2;

    private const int EventsPerReport = 500;

    private readonly QueryTally _candidate = new();
    private readonly QueryTally _reference = new();

    /// <param name="candidate">Sources of the first slice with the new ranker.</param>
    /// <param name="sampling">Which events are asked about.</param>
    /// <param name="cancellationToken">Noticed at every event.</param>
    public GateReport Run(ModelBundle candidate, QuerySampling sampling, CancellationToken cancellationToken)
    {
        var (reference, baseline) = ReferenceOf(candidate);
        using var model = ServingModel.Bind(candidate, state.Catalog);
        using var serving = reference is null ? null : ServingModel.Bind(reference, state.Catalog);
        var reported = timeline.StoppingEnd - EventsPerReport;
        foreach (var question in timeline.Questions(timeline.StoppingEnd, timeline.Count))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (sampling.Next() && state.TargetsOf(timeline, question) is { Length: > 0 } targets)
            {
                Ask(model, serving, timeline.Order[question.To - 1], targets);
            }

            state.Advance(timeline, question);
            if (question.From - reported >= EventsPerReport)
            {
                reported = question.From;
                progress.Report(
                    TrainingStage.Gating, (double)(question.From - timeline.StoppingEnd) / (timeline.Count - timeline.StoppingEnd), $"{_candidate.Queries} queries");
            }
        }

        return Judge(baseline);
    }

    /// <summary>
    /// What the new model is compared with. The serving model's vectors know every action up to its own cut; where that leaves too few
    /// queries that they do not know, they would win by memory, so its ranker is tried on the new model's sources instead.
    /// </summary>
    private (ModelBundle? Bundle, string Name) ReferenceOf(ModelBundle candidate)
    {
        if (plan.Serving is not { } serving)
        {
            return (null, "popularity");
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"model {serving.Manifest.Version}");
        return KnowsTooMuch(serving)
            ? (candidate with { Ranker = serving.Ranker, Blend = serving.Blend }, $"the ranker of {name} on the new sources")
            : (serving, name);
    }

    private bool KnowsTooMuch(ModelBundle serving) =>
        timeline.Order.AsSpan(timeline.StoppingEnd).ToArray().Count(index => set.Events.Position[index] > serving.Manifest.JournalCut) < LeastUnseenQueries;

    private void Ask(ServingModel model, ServingModel? serving, int index, int[] targets)
    {
        var time = set.Events.TimestampMs[index];
        var user = state.ContextOf(index, model);
        _candidate.Ask(state.Engine, model, user, targets, time);
        if (serving is null)
        {
            _reference.Add(PopularityRanks(set.Events.User[index], targets), targets.Length);
        }
        else
        {
            _reference.Ask(state.Engine, serving, user, targets, time);
        }
    }

    /// <summary>Ranks of the targets among the unseen items by recent popularity: what a site has without a recommender.</summary>
    private List<int> PopularityRanks(int user, int[] targets)
    {
        var seen = state.HistoryOf(user).Seen;
        var ranks = new List<int>();
        Span<int> trending = stackalloc int[1_024];
        var rank = 0;
        foreach (var row in trending[..state.Statistics.Trending(trending)])
        {
            if (!seen.Contains(row) && set.Items[row] is { IsHidden: false })
            {
                rank++;
                if (targets.Contains(row))
                {
                    ranks.Add(rank);
                }
            }
        }

        return ranks;
    }

    private GateReport Judge(string baseline)
    {
        if (_candidate.Queries == 0)
        {
            return new(true, "No held-out action asks anything, so there was nothing to compare.", "nothing", 0, _candidate.Metrics, new Dictionary<string, double>());
        }

        var (ndcg, reference) = (_candidate.Ndcg, _reference.Ndcg);
        var tolerated = (plan.Options.GateTolerance * reference) + (StandardErrors * QueryTally.Difference(_candidate, _reference).StandardError);
        var passed = ndcg >= reference - tolerated;
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"NDCG@10 is {ndcg:F4} over {_candidate.Queries} held-out queries; {baseline} has {reference:F4}, and {tolerated:F4} below it is {(passed ? "" : "all that is ")}tolerated.");
        return new(passed, reason, baseline, _candidate.Queries, _candidate.Metrics, _reference.Metrics);
    }
}
