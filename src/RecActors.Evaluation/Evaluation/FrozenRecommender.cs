namespace RecActors.Evaluation;

/// <summary>A model that is told nothing after its fit, as one that is refitted every night is not during the day.</summary>
internal sealed class FrozenRecommender(IRecommender live) : IRecommender
{
    /// <summary>What a model's name ends in when it is frozen.</summary>
    public const string Suffix = "-frozen";

    /// <summary>The name of the model without its freezing.</summary>
    public static string LiveName(string name) => name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;

    /// <inheritdoc/>
    public string Name => live.Name + Suffix;

    /// <inheritdoc/>
    public IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken) =>
        Of(live.Fit(request, progress, cancellationToken));

    /// <summary>Freezes a fitted model.</summary>
    public static IFittedRecommender Of(IFittedRecommender fitted) => new Fitted(fitted);

    private sealed class Fitted(IFittedRecommender live) : IFittedRecommender
    {
        public string Settings => live.Settings;

        public IRecommenderReplay Replay(CancellationToken cancellationToken) => new Frozen(live.Replay(cancellationToken));

        public void Dispose() => live.Dispose();
    }

    private sealed class Frozen(IRecommenderReplay live) : IRecommenderReplay
    {
        public int[] Rank(in RankingTask task) => live.Rank(task);

        public void Observe(int index)
        {
        }
    }
}
