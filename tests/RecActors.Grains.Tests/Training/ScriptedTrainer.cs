using System.Collections.Concurrent;
using RecActors.Models;

namespace RecActors.Training;

/// <summary>Makes real bundles of the set it is given, when the test says so.</summary>
internal sealed class ScriptedTrainer : IModelTrainer
{
    public bool Passes { get; init; } = true;

    /// <summary>The users of each set that it was given.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Users { get; } = new();

    public TaskCompletionSource Training { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<TrainingOutcome> TrainAsync(
        TrainingSet set, TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new TrainingProgress(TrainingStage.FittingSources, 0.5, "half"));
        Users.Enqueue(set.UserIds);
        Training.TrySetResult();
        await Finish.Task.WaitAsync(cancellationToken);
        var bundle = TestBundles.Of(plan.Version, set.ItemIds, set.Cut.Value);
        var metrics = new Dictionary<string, double> { ["ndcg@10"] = 0.25 };
        return new TrainingOutcome(
            bundle with { Manifest = bundle.Manifest with { Events = set.Events.Count, Metrics = metrics } },
            new GateReport(Passes, Passes ? "better" : "worse", "nothing", 1, metrics, metrics));
    }
}
