using RecActors.Evaluation;
using RecActors.Protocols;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>A model whose fit is to count: a replay counts the training events before it starts.</summary>
/// <param name="plan">What is counted.</param>
/// <param name="settings">The model's settings, for people.</param>
/// <param name="replayOf">A replay that knows nothing yet.</param>
internal sealed class CountedRecommender(EvaluationPlan plan, string settings, Func<TrainingSet, IRecommenderReplay> replayOf) : IFittedRecommender
{
    /// <inheritdoc/>
    public string Settings => settings;

    /// <inheritdoc/>
    public IRecommenderReplay Replay(CancellationToken cancellationToken)
    {
        var replay = replayOf(plan.All);
        foreach (var index in plan.Train)
        {
            replay.Observe(index);
        }

        return replay;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
