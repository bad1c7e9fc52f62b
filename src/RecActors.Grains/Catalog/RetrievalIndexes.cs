using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Catalog;

/// <summary>
/// Keeps the indexes of the model that serves: builds them after a change of models, on a thread of low priority, while the exact scan answers,
/// and anew when the catalog has changed much. One per silo.
/// </summary>
internal sealed partial class RetrievalIndexes(
    ModelHolder models, IOptions<IndexOptions> options, TimeProvider time, ILogger<RetrievalIndexes> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Looks and builds until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var model = models.Current;
            if (ModelIndexes.IsStale(model, options.Value))
            {
                await RefreshAsync(model, cancellationToken);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task RefreshAsync(ServingModel model, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var report in await OnOwnThread(() => ModelIndexes.Refresh(model, options.Value, cancellationToken)))
        {
            RankingTelemetry.Indexed(report);
            LogBuilt(report.Source, model.Version, report.Rows, report.Lists, report.Recall, report.Scanned, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>Long arithmetic on a pool thread would hold up the grains.</summary>
    private static Task<T> OnOwnThread<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException cancelled)
            {
                done.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        {
            IsBackground = true,
            Name = "RecActors index",
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return done.Task;
    }

    [LoggerMessage(LogLevel.Information, "Index for {Source} of model {Version}: {Rows} vectors in {Lists} lists, recall {Recall:F4}, {Scanned:P1} scanned, after {Elapsed}")]
    private partial void LogBuilt(string source, long version, int rows, int lists, double recall, double scanned, TimeSpan elapsed);
}
