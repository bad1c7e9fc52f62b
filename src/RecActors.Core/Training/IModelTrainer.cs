namespace RecActors.Training;

/// <summary>
/// Fits a model bundle to a training set and judges it against the model that serves. An implementation runs on its own
/// low-priority threads; the caller only awaits. One run at a time per instance is enough for callers; runs share nothing.
/// </summary>
public interface IModelTrainer
{
    /// <summary>
    /// Trains. The same set, plan and seed give the same bundle (its creation time and durations apart) on the same machine.
    /// Sets with nothing to learn from give a bundle without vectors or ranker, not an error.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled: noticed within a fraction of a second.</exception>
    /// <exception cref="ArgumentException">The plan's options contradict each other; the message names the option.</exception>
    Task<TrainingOutcome> TrainAsync(
        TrainingSet set, TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken);
}
