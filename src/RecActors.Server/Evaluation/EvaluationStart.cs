using RecActors.Formats;
using RecActors.Protocols;
using RecActors.Ranking;

namespace RecActors.Evaluation;

/// <summary>A run as the command line asked for it.</summary>
internal sealed class EvaluationStart(EvaluationData data, EvaluationPlan plan, EvaluateRequest request, EvaluationSettings settings)
{
    public EvaluationResult Run(IProgress<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        var run = new EvaluationRun(plan, request.Replay, TimeProvider.System) { PredictionsPath = request.PredictionsPath, Lambdas = request.Lambdas };
        var catalog = new RecommenderCatalog(settings.Trainer, settings.Ranking, settings.ItemStatistics);
        var fit = new FitRequest(plan, NewOptions, request.Replay.Seed) { Similarity = request.Similarity };
        var models = run.Run(request.Models, request.Lags, catalog, fit, progress, cancellationToken);
        var protocol = request.Replay.Sampled is { } sampled ? $"{plan.Name}, SAMPLED METRICS: {sampled} random items per question" : plan.Name;
        protocol = request.Without.Count == 0 ? protocol : $"{protocol}, without {string.Join(", ", request.Without)}";
        return new(data.Name, protocol, request.Replay.Seed, plan.Train.Count, data.Set.UserIds.Count, data.Set.ItemIds.Count, models);
    }

    private Training.TrainingOptions NewOptions()
    {
        var options = settings.NewTrainingOptions();
        options.Similarity = request.Similarity ?? options.Similarity;
        options.WithoutSources = [.. Of<CandidateSource>().Union(options.WithoutSources ?? [])];
        options.WithoutFeatures = [.. Of<FeatureGroup>().Union(options.WithoutFeatures ?? [])];
        return options;

        IEnumerable<T> Of<T>()
            where T : struct, Enum => request.Without.Where(name => Enum.TryParse<T>(name, out _)).Select(Enum.Parse<T>);
    }
}
