using RecActors.Evaluation;

namespace RecActors.Baselines;

/// <summary>A model with settings that are chosen by NDCG@10 on events before the test: each of them is fitted and replayed there, the best fitted to everything.</summary>
/// <typeparam name="TSettings">The settings.</typeparam>
/// <param name="name">The name by which the command line chooses it.</param>
/// <param name="grid">The settings, from the one to prefer among equals.</param>
/// <param name="fit">Fits with given settings.</param>
internal sealed class TunedRecommender<TSettings>(
    string name, IReadOnlyList<TSettings> grid, Func<TSettings, FitRequest, CancellationToken, IFittedRecommender> fit) : IRecommender
    where TSettings : notnull
{
    // Fewer questions decide by luck, more take longer than the fit.
    private const int Questions = 1_000;
    private const int Cutoff = 10;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var selection = request with { Plan = request.Plan.Selection() };
        var best = grid[0];
        var bestScore = double.NegativeInfinity;
        for (var place = 0; grid.Count > 1 && selection.Plan.Steps.Count > 0 && selection.Plan.Train.Count > 0 && place < grid.Count; place++)
        {
            progress?.Report(new(name, $"trying {grid[place]}", (double)place / (grid.Count + 1)));
            var score = Score(grid[place], selection, cancellationToken);
            if (score > bestScore)
            {
                (best, bestScore) = (grid[place], score);
            }
        }

        progress?.Report(new(name, $"fitting with {best}", (double)grid.Count / (grid.Count + 1)));
        return fit(best, request, cancellationToken);
    }

    private double Score(TSettings settings, FitRequest selection, CancellationToken cancellationToken)
    {
        using var fitted = fit(settings, selection, cancellationToken);
        var every = Math.Max(1, selection.Plan.Steps.Count / Questions);
        var metrics = new MetricTable([Cutoff]);
        foreach (var answer in new Replay(selection.Plan, new ReplayOptions { Every = every }).Run(fitted.Replay(cancellationToken), null, cancellationToken))
        {
            metrics.Add(answer);
        }

        return metrics.Mean($"NDCG@{Cutoff}");
    }
}
