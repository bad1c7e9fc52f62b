using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.ItemToItem;
using RecActors.LibTorch;
using RecActors.Ranking;
using RecActors.Threads;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Runs refits on a thread of their own, below normal priority, so that they never hold a thread of the pool that serves; rehearsals, and those that somebody waits for, at the usual one.</summary>
internal sealed class ModelTrainer(
    IOptions<RankingOptions> ranking, IOptions<ItemStatisticsOptions> statistics, TimeProvider timeProvider, ILogger<ModelTrainer> logger) : IModelTrainer
{
    /// <inheritdoc/>
    public Task<TrainingOutcome> TrainAsync(
        TrainingSet set, TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(plan);
        Check(plan.Options);
        return plan.IsRehearsal || !plan.GivesWay
            ? Task.Factory.StartNew(() => Train(set, plan, progress, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : BackgroundThread.RunAsync("RecActors trainer", () => Train(set, plan, progress, cancellationToken), cancellationToken, onlyIdleTime: true);
    }

    private TrainingOutcome Train(TrainingSet set, TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        TorchNativeLibrary.MakeLoadable(logger);
        var started = timeProvider.GetTimestamp();
        var nowMs = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        var outcome = new RefitPipeline(set, plan, ranking.Value, statistics.Value, nowMs, new StageProgress(progress, cancellationToken)).Run(cancellationToken);
        var seconds = timeProvider.GetElapsedTime(started).TotalSeconds;
        logger.Log(
            plan.IsRehearsal ? LogLevel.Debug : LogLevel.Information,
            "Trained model {Version} on {Events} actions in {Seconds:F1} s: {Reason}", plan.Version, set.Events.Count, seconds, outcome.Gate.Reason);
        return outcome with
        {
            Bundle = outcome.Bundle with
            {
                Manifest = outcome.Bundle.Manifest with { CreatedMs = timeProvider.GetUtcNow().ToUnixTimeMilliseconds(), TrainingSeconds = seconds },
            },
        };
    }

    private static void Check(TrainingOptions options)
    {
        try
        {
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        }
        catch (ValidationException invalid)
        {
            throw new ArgumentException(invalid.Message, nameof(options), invalid);
        }
    }
}
