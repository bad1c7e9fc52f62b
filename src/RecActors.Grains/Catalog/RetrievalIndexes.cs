using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;
using RecActors.Threads;

namespace RecActors.Catalog;

/// <summary>
/// Keeps the indexes of the model that serves: builds them after a change of models, on a thread of low priority, while the exact scan answers,
/// measures recall again when the catalog has changed some, and builds anew when it has changed much. One per silo.
/// </summary>
internal sealed partial class RetrievalIndexes(
    ModelHolder models, IOptions<IndexOptions> options, TimeProvider time, ILogger<RetrievalIndexes> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Looks and builds until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        ServingModel? reported = null;
        do
        {
            var model = models.Current;
            if (!ReferenceEquals(model, reported))
            {
                // What came with the model's bundle, unless other items joined it: then it is measured first.
                ReportRestored(model);
                reported = model;
            }

            if (ModelIndexes.IsStale(model, options.Value))
            {
                await RefreshAsync(model, cancellationToken);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private void ReportRestored(ServingModel model)
    {
        foreach (var report in ModelIndexes.Reports(model, options.Value))
        {
            RankingTelemetry.Indexed(report);
            LogRestored(report.Source, model.Version, report.Rows, report.Lists, report.Recall, report.Scanned);
        }
    }

    private async Task RefreshAsync(ServingModel model, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var report in await BackgroundThread.RunAsync("RecActors index", () => ModelIndexes.Refresh(model, options.Value, cancellationToken), cancellationToken))
        {
            RankingTelemetry.Indexed(report);
            LogBuilt(report.Source, model.Version, report.Rows, report.Lists, report.Recall, report.Scanned, Stopwatch.GetElapsedTime(started));
        }
    }

    [LoggerMessage(LogLevel.Information, "Index for {Source} of model {Version} as its bundle has it: {Rows} vectors in {Lists} lists, recall {Recall:F4}, {Scanned:P1} scanned")]
    private partial void LogRestored(string source, long version, int rows, int lists, double recall, double scanned);

    [LoggerMessage(LogLevel.Information, "Index for {Source} of model {Version}: {Rows} vectors in {Lists} lists, recall {Recall:F4}, {Scanned:P1} scanned, after {Elapsed}")]
    private partial void LogBuilt(string source, long version, int rows, int lists, double recall, double scanned, TimeSpan elapsed);
}
