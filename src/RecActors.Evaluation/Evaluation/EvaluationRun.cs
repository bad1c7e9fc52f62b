using RecActors.Protocols;

namespace RecActors.Evaluation;

/// <summary>Fits models and replays a plan with each of them. Models that differ only in what they are told are fitted once.</summary>
/// <param name="plan">What is trained on and asked.</param>
/// <param name="options">How it is replayed.</param>
/// <param name="time">Measures durations.</param>
public sealed class EvaluationRun(EvaluationPlan plan, ReplayOptions options, TimeProvider time)
{
    private const int CoverageDepth = 10;

    /// <summary>Where the answers are written; null for nowhere. With several models, each has a file of its own.</summary>
    public string? PredictionsPath { get; init; }

    /// <summary>λs of maximal marginal relevance with which models that can diversify are asked, too, one replay each, without a lag.</summary>
    public IReadOnlyList<float> Lambdas { get; init; } = [];

    /// <summary>The results of the models, each with every lag, then with every λ, in the order given.</summary>
    /// <param name="names">The models.</param>
    /// <param name="lags">How many of a user's events are held back, one replay each.</param>
    /// <param name="catalog">Makes the models.</param>
    /// <param name="request">What they are fitted to.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellationToken">Noticed at every question.</param>
    /// <exception cref="InvalidDataException">A model's name is unknown, or the data are too large for a model.</exception>
    public IReadOnlyList<ModelResult> Run(
        IReadOnlyList<string> names,
        IReadOnlyList<int> lags,
        RecommenderCatalog catalog,
        FitRequest request,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(lags);
        ArgumentNullException.ThrowIfNull(catalog);
        var models = names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, catalog.Create, StringComparer.Ordinal);
        var results = new List<ModelResult>();
        foreach (var group in models.Keys.GroupBy(FrozenRecommender.LiveName, StringComparer.Ordinal))
        {
            var start = time.GetTimestamp();
            using var live = catalog.Create(group.Key).Fit(request, progress, cancellationToken);
            var seconds = time.GetElapsedTime(start).TotalSeconds;
            foreach (var name in group)
            {
                var fitted = name == group.Key ? live : FrozenRecommender.Of(live);

                // A model that is told nothing is as late as can be, whatever the lag.
                foreach (var (lag, lambda) in VariantsOf(fitted, name == group.Key ? lags : lags.Take(1)))
                {
                    results.Add(Replay(
                        name, lag, lambda, fitted, seconds, (models.Count * lags.Count) + Lambdas.Count > 1, progress, cancellationToken));
                }
            }
        }

        return [.. from name in models.Keys from result in results where result.Name == name select result];
    }

    private IEnumerable<(int Lag, float? Lambda)> VariantsOf(IFittedRecommender fitted, IEnumerable<int> lags) =>
        lags.Select(lag => (lag, (float?)null)).Concat(fitted.CanDiversify ? Lambdas.Select(lambda => (0, (float?)lambda)) : []);

    private ModelResult Replay(
        string name, int lag, float? lambda, IFittedRecommender fitted, double fitSeconds, bool isOneOfMany, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var label = (lag == 0 ? name : $"{name}.lag{lag}") + (lambda is { } share ? FormattableString.Invariant($".lambda{share:0.##}") : "");
        var replay = new Replay(plan, options with { Lag = lag, Lambda = lambda });
        var metrics = new MetricTable(options.Cutoffs);
        var contexts = new List<QuestionContext>();
        var covered = new HashSet<int>();
        var diversity = new ListDiversity(plan, Math.Min(plan.Steps.Count / options.Every, options.Limit ?? int.MaxValue));
        using var predictions = PredictionsPath is { } path
            ? new PredictionsFile(isOneOfMany ? PredictionsFile.PathOf(path, label) : path, plan.All)
            : null;
        progress?.Report(new(label, "replaying", 0));
        foreach (var answer in replay.Run(fitted.Replay(cancellationToken), Report, cancellationToken))
        {
            metrics.Add(answer);
            contexts.Add(new(answer.User, answer.HistoryLength, answer.Relevant.Count));
            covered.UnionWith(answer.Items.Take(CoverageDepth));
            diversity.Add(answer.Items);
            predictions?.Write(answer);
        }

        progress?.Report(new(label, "replayed", 1));
        return new(
            name, fitted.Settings, lag, metrics, contexts, (double)covered.Count / plan.All.ItemIds.Count, diversity.Mean,
            fitSeconds, time.GetElapsedTime(start).TotalSeconds)
        {
            Lambda = lambda,
        };

        void Report(double fraction) =>
            progress?.Report(new(label, $"replaying: {metrics.Names[0]} {metrics.Mean(metrics.Names[0]):F4}", fraction));
    }
}
