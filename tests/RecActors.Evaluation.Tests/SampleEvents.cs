using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RecActors.Evaluation;
using RecActors.Formats;
using RecActors.ItemToItem;
using RecActors.Protocols;
using RecActors.Ranking;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors;

/// <summary>Generated actions: every user walks over the items, mostly from one to the next, so that there is something to learn.</summary>
internal static class SampleEvents
{
    /// <summary>Lines of a TSV file: user, item, value, time.</summary>
    public static string[] Lines(int users, int items, int events, int seed, bool isNoise = false)
    {
        var random = new Random(seed);
        var places = Enumerable.Range(0, users).Select(_ => random.Next(items)).ToArray();
        var lines = new string[events];
        for (var index = 0; index < events; index++)
        {
            var user = random.Next(users);
            var item = isNoise || random.Next(4) == 0 ? random.Next(items) : (places[user] + 1) % items;
            places[user] = item;
            lines[index] = string.Create(CultureInfo.InvariantCulture, $"u{user}\ti{item}\t1\t{1_000_000 + index}");
        }

        return lines;
    }

    public static RecommenderCatalog Catalog { get; } = new(
        new ModelTrainer(
            Options.Create(new RankingOptions()), Options.Create(new ItemStatisticsOptions()), TimeProvider.System, NullLogger<ModelTrainer>.Instance),
        new RankingOptions(),
        new ItemStatisticsOptions());

    /// <summary>A training that takes a second.</summary>
    public static TrainingOptions QuickTraining() => new() { Dimensions = 8, Sweeps = 3, SearchSeconds = 0, SequenceSeconds = .1, MaxEpochs = 3 };

    public static EvaluationData Read(string[] lines, DataFormat format = DataFormat.Tsv)
    {
        using var files = new DataFiles();
        files.Write("data.tsv", lines);
        return files.Read(format, "data.tsv");
    }

    /// <summary>Every answer of a model.</summary>
    public static List<ReplayAnswer> Answers(IFittedRecommender fitted, EvaluationPlan plan, ReplayOptions? options = null) =>
        [.. new Replay(plan, options ?? new()).Run(fitted.Replay(TestContext.Current.CancellationToken), null, TestContext.Current.CancellationToken)];

    public static IReadOnlyList<ModelResult> Run(EvaluationPlan plan, IReadOnlyList<string> models, ReplayOptions? options = null, string? predictions = null) =>
        new EvaluationRun(plan, options ?? new(), TimeProvider.System) { PredictionsPath = predictions }
            .Run(models, [options?.Lag ?? 0], Catalog, new FitRequest(plan, QuickTraining, 1), null, TestContext.Current.CancellationToken);
}
