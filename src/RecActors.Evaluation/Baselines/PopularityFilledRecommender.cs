using RecActors.Evaluation;
using RecActors.Protocols;

namespace RecActors.Baselines;

/// <summary>A model whose lists end in popular items where it knows no more: what a site does for users that a model does not know.</summary>
internal sealed class PopularityFilledRecommender(IRecommender model) : IRecommender
{
    /// <inheritdoc/>
    public string Name => model.Name;

    /// <inheritdoc/>
    public IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken) =>
        new Fitted(request.Plan, model.Fit(request, progress, cancellationToken));

    private sealed class Fitted(EvaluationPlan plan, IFittedRecommender fitted) : IFittedRecommender
    {
        private readonly CountedRecommender _popularity = new(plan, "", set => new Popularity(set));

        public string Settings => fitted.Settings;

        public IRecommenderReplay Replay(CancellationToken cancellationToken) =>
            new Filled(fitted.Replay(cancellationToken), _popularity.Replay(cancellationToken));

        public void Dispose() => fitted.Dispose();
    }

    private sealed class Filled(IRecommenderReplay model, IRecommenderReplay popularity) : IRecommenderReplay
    {
        public int[] Rank(in RankingTask task)
        {
            var items = model.Rank(task);
            return items.Length == task.Depth
                ? items
                : [.. items, .. popularity.Rank(task with { Depth = task.Depth + items.Length }).Except(items).Take(task.Depth - items.Length)];
        }

        public void Observe(int index)
        {
            model.Observe(index);
            popularity.Observe(index);
        }
    }
}
