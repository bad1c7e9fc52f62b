using Microsoft.Extensions.Logging;
using RecActors.LibTorch;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.Sequences;

/// <summary>The sequence model on its own, to compare with: fitted to a training set as a refit fits it.</summary>
public static class LinRec
{
    // The newest tenth decides how long to train; then everything is learned from.
    private const double FittedShare = .9;

    /// <summary>The model of all events of a set; null when there was too little to learn from, or no budget. Same set, options and seed: same model.</summary>
    /// <param name="set">The events.</param>
    /// <param name="options">Dimensions, <c>Sequence…</c>, threads and seed count.</param>
    /// <param name="onEpoch">Called on the way; may be null.</param>
    /// <param name="logger">Told how libtorch was loaded.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    public static SequenceModel? Fit(
        TrainingSet set, TrainingOptions options, Action<SequenceEpoch>? onEpoch, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        TorchNativeLibrary.MakeLoadable(logger);
        var timeline = EventTimeline.Of(set, options, options.Seed);
        var trainer = new SequenceTrainer(set, options, options.Seed);
        var trial = trainer.Train(Pairs((int)(timeline.Count * FittedShare)), schedule: null, onEpoch, cancellationToken);
        return trial is null ? null : trainer.Train(Pairs(timeline.Count), trial.Schedule, onEpoch, cancellationToken)?.Model;

        SequencePairs Pairs(int end) => SequencePairs.Of(set, timeline, end, timeline.Count, options.SequenceItems);
    }
}
