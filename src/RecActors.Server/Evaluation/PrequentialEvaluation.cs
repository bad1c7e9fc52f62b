using RecActors.Catalog;
using RecActors.CommandLine;
using RecActors.DataSets;
using RecActors.Hosting;
using RecActors.Importing;
using RecActors.Journal;
using RecActors.Training;
using Spectre.Console;

namespace RecActors.Evaluation;

/// <summary>
/// The prequential protocol on a server of its own: the first actions by time are imported and trained on, the rest is
/// replayed through the user grains. The data folder is a temporary one and is removed at the end.
/// </summary>
internal sealed class PrequentialEvaluation(ServerSettings settings, IAnsiConsole console, TimeProvider time)
{
    public async Task<EvaluationReport> RunAsync(IDataSet dataSet, PrequentialOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("recactors-evaluate-");
        try
        {
            using var host = ServerHost.BuildWithoutGateway(settings with { DataFolder = folder.FullName });
            var report = await RunAsync(host, dataSet, options, cancellationToken);
            await host.StopAsync(CancellationToken.None);
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<EvaluationReport> RunAsync(IHost host, IDataSet dataSet, PrequentialOptions options, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"Reading [bold]{dataSet.Name}[/]");
        var unread = new ReadReport(rejectLimit: 0);
        var catalog = new CatalogImport(host.Services.GetRequiredService<ICatalogStore>());
        await catalog.RunAsync(dataSet.ReadItems(unread, cancellationToken), new Progress<long>(), cancellationToken);
        var actions = dataSet.ReadFeedback(unread, cancellationToken).ToList();
        var cut = (int)(actions.Count * options.TrainShare);
        await new JournalImport(host.Services.GetRequiredService<IUserJournal>(), catalog)
            .RunAsync(actions.Take(cut), new Progress<long>(), cancellationToken);

        await host.StartAsync(cancellationToken);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var start = time.GetTimestamp();
        await new Refits(grains, console, time).RunAsync(new RefitRequest("evaluate", Force: true, Seed: options.Seed), cancellationToken);
        var trained = time.GetElapsedTime(start);

        var replay = new PrequentialReplay(grains, options);
        actions.Take(cut).ToList().ForEach(replay.Learned);
        start = time.GetTimestamp();
        var replayed = await ReplayAsync(replay, actions[cut..], cancellationToken);
        return new EvaluationReport
        {
            DataSet = dataSet.Name,
            Protocol = options.Late == 0 ? "prequential" : $"prequential, served {options.Late} late",
            TrainedActions = cut,
            ReplayedActions = replayed,
            Queries = replay.Recommender.Queries,
            Seed = options.Seed,
            TrainingSeconds = trained.TotalSeconds,
            ReplaySeconds = time.GetElapsedTime(start).TotalSeconds,
            Metrics = new Dictionary<string, IReadOnlyDictionary<string, double>>
            {
                ["recactors"] = EvaluationReport.MetricsOf(replay.Recommender),
                ["recent popularity"] = EvaluationReport.MetricsOf(replay.Popularity),
            },
        };
    }

    private Task<int> ReplayAsync(PrequentialReplay replay, IReadOnlyList<ImportedFeedback> actions, CancellationToken cancellationToken) =>
        console.Bars().StartAsync(context =>
            {
                var bar = new ReplayBar(context.AddTask("Replaying", maxValue: actions.Count), replay);
                return replay.RunAsync(actions, bar, cancellationToken);
            });

    /// <summary>Shows the figure so far beside the bar.</summary>
    private sealed class ReplayBar(ProgressTask bar, PrequentialReplay replay) : IProgress<int>
    {
        private const int Every = 100;

        public void Report(int value)
        {
            bar.Value = value;
            if (value % Every == 0)
            {
                bar.Description = $"Replaying: NDCG@10 {replay.Recommender.Ndcg(10):F4}";
            }
        }
    }
}
