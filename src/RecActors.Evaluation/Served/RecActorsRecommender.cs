using RecActors.Evaluation;
using RecActors.ItemToItem;
using RecActors.Protocols;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Served;

/// <summary>The product: its refit, its bundle, and its engine over the state that user grains and item statistics keep, moved by every event.</summary>
/// <param name="name">The name by which the command line chooses it.</param>
/// <param name="ranker">The form of the ranker; null for the configured one.</param>
/// <param name="trainer">The refit.</param>
/// <param name="ranking">How the engine ranks.</param>
/// <param name="statistics">What is counted live.</param>
internal sealed class RecActorsRecommender(
    string name, RankerKind? ranker, IModelTrainer trainer, RankingOptions ranking, ItemStatisticsOptions statistics) : IRecommender
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var options = request.NewOptions();
        options.Seed = request.Seed;
        options.Ranker = ranker ?? options.Ranker;
        var (train, validation) = (request.Plan.Train, request.Plan.Validation);
        var set = EventSubset.Of(request.Plan.All, [.. train, .. validation]);
        var plan = new TrainingPlan
        {
            Version = 1,
            Reason = "evaluate",
            ValidationFrom = validation.Count > 0 ? train.Count : null,
            Options = options,
            GivesWay = false,
        };
        var outcome = trainer
            .TrainAsync(set, plan, progress is null ? null : new Training(name, progress), cancellationToken)
            .GetAwaiter().GetResult();
        return new Fitted(outcome, request.Plan, options.Window, ranking, statistics);
    }

    private sealed class Training(string name, IProgress<EvaluationProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new(name, $"{value.Stage}: {value.Detail}", value.Fraction));
    }

    private sealed class Fitted(
        TrainingOutcome outcome, EvaluationPlan plan, int window, RankingOptions ranking, ItemStatisticsOptions statistics) : IFittedRecommender
    {
        public string Settings
        {
            get
            {
                var bundle = outcome.Bundle;
                var sources = outcome.Gate.Sources.Select(source => source.ToString());
                return FormattableString.Invariant(
                    $"a0 {bundle.FoldIn.Alpha0}, reg {bundle.FoldIn.Regularization}, nu {bundle.FoldIn.Nu}, decays {string.Join(" and ", bundle.FoldIn.Decays)}, window {bundle.FoldIn.Window}, look-up {(bundle.Lookup is null ? "as configured" : "of whole histories")}, ranker {bundle.Ranker?.Kind.ToString() ?? "none"}, worth of the sources: {string.Join(", ", sources.DefaultIfEmpty("not measured"))}");
            }
        }

        public bool CanDiversify => true;

        public IRecommenderReplay Replay(CancellationToken cancellationToken) =>
            new ServedReplay(outcome.Bundle, plan, window, ranking, statistics, cancellationToken);

        public void Dispose()
        {
        }
    }
}
