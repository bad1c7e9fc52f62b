using RecActors.Models;
using RecActors.Sequences;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// Trains the sequence model twice: on the sources' slice, where the ranker's slice tells the step size and the passes, two numbers only;
/// then on everything with them, unless the gate left the model out.
/// </summary>
internal sealed class SequenceStage(TrainingSet set, EventTimeline timeline, TrainingOptions options, int seed, StageProgress progress)
{
    // Half the weight of the interest: the blend is what ranks until there is a ranker to weigh them.
    private const float BlendWeight = .5f;

    // What the vectors of the factorisation take of the stage.
    private const double VectorShare = .3;

    private readonly SequenceTrainer _trainer = new(set, options, seed);
    private SequenceSchedule _schedule;

    /// <summary>Adds the model of the first slice, if there is enough to learn from.</summary>
    public ModelBundle AddTo(ModelBundle sources, CancellationToken cancellationToken)
    {
        var fit = Fit(TrainingStage.FittingSources, timeline.SourceEnd, timeline.RankerEnd, null, cancellationToken);
        _schedule = fit?.Schedule ?? default;
        return With(sources, fit);
    }

    /// <summary>Adds the model of everything, if the candidate has kept it.</summary>
    public ModelBundle AddTo(ModelBundle sources, ModelBundle candidate, CancellationToken cancellationToken) => candidate.Sequence is null
        ? sources
        : With(sources, Fit(TrainingStage.Refitting, timeline.LearnedEnd, timeline.LearnedEnd, _schedule, cancellationToken));

    private SequenceFit? Fit(TrainingStage stage, int end, int heldEnd, SequenceSchedule? schedule, CancellationToken cancellationToken) => _trainer.Train(
        SequencePairs.Of(set, timeline, end, heldEnd, options.SequenceItems),
        schedule,
        epoch => progress.Report(
            stage, VectorShare + ((1 - VectorShare) * epoch.Epochs / epoch.Allowed), $"sequence model: step size {epoch.LearningRate}, pass {epoch.Epochs:F1}{Quality(epoch)}"),
        cancellationToken);

    // Nothing to tell before the first pass ends, nor where everything is learned and no later action is left to predict.
    private static string Quality(SequenceEpoch epoch) => epoch.Ndcg > 0 ? $", NDCG@10 of later actions {epoch.Ndcg:F4}" : "";

    private static ModelBundle With(ModelBundle sources, SequenceFit? fit) => fit is null
        ? sources
        : sources with { Sequence = fit.Model, Blend = sources.Blend with { Sequence = BlendWeight } };
}
