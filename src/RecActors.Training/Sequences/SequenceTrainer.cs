using RecActors.Training;
using static TorchSharp.torch;

namespace RecActors.Sequences;

/// <summary>
/// Trains a <see cref="SequenceModel"/> on all pairs (actions so far → next item): sampled softmax over cosines, Adam. Several step sizes are
/// tried on the first pass, and the one that is ahead goes on; it stops early on NDCG@10 of held-out pairs, measured with the managed encoder
/// that will serve. The budget is counted in arithmetic. Same events, options and seed: same weights. Not thread-safe; libtorch's number of
/// threads is process-wide.
/// </summary>
internal sealed class SequenceTrainer(TrainingSet set, TrainingOptions options, int seed)
{
    /// <summary>Fewer pairs than these teach nothing that transitions do not know.</summary>
    public const int LeastPairs = 500;

    /// <summary>Items that a batch's targets are told from; all where there are fewer.</summary>
    public const int SampledItems = 500;

    private const int MaxEpochs = 40;
    private const int Patience = 1;

    // Of the budget, and beside it, for the first passes with the other step sizes, at most one pass each.
    private const double ComparingShare = .5;

    // A step size given first is a good guess; another has to be ahead by more than chance explains.
    private const double StandardErrors = 1;

    // Operations a second that a thread of a present server core does here, all told.
    private const double OperationsPerSecond = 12e9;

    /// <summary>g of the model: mixed per dimension, which is why others serve no better (docs/decisions/sequence-model.md).</summary>
    public static readonly float[] Decays = [0f, .6f, .9f];

    /// <summary>The passes over some pairs that the budget allows; below 1 a part of them.</summary>
    public double AffordableEpochs(SequencePairs pairs)
    {
        double d = options.Dimensions;
        var sampled = Math.Min(SampledItems, pairs.Items);

        // Forward and two backward products with the samples and the prefix; Adam goes through all vectors at every batch.
        var perPair = (6 * d * (sampled + (2 * SequenceBatches.PrefixItems))) + (40 * d * pairs.Items / SequenceRun.BatchPairs);
        return options.SequenceSeconds * OperationsPerSecond / perPair / Math.Max(1, pairs.Learned.Length);
    }

    /// <summary>Trains until the held-out pairs are no longer predicted better; null when there is too little to learn from or no budget.</summary>
    /// <param name="pairs">Pairs to learn from and, later, to stop by.</param>
    /// <param name="schedule">How to train, whatever the held-out pairs say; null to find out by them.</param>
    /// <param name="onEpoch">Called on the way and after every pass.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    public SequenceFit? Train(SequencePairs pairs, SequenceSchedule? schedule, Action<SequenceEpoch>? onEpoch, CancellationToken cancellationToken)
    {
        var affordable = Math.Min(MaxEpochs, AffordableEpochs(pairs));
        if (pairs.Learned.Length < LeastPairs || affordable * pairs.Learned.Length < LeastPairs)
        {
            return null;
        }

        set_num_threads(options.TorchThreads);
        var quality = schedule is null && pairs.Held.Length > 0 ? new SequenceQuality(set, pairs) : null;
        var budget = (long)(Math.Min(schedule?.Passes ?? affordable, affordable) * pairs.Learned.Length);
        var rates = options.SequenceLearningRatesInUse;
        var compared = (int)Math.Min(budget * ComparingShare / Math.Max(1, rates.Count - 1), pairs.Learned.Length);
        rates = quality is null || compared < LeastPairs ? [schedule?.LearningRate ?? rates[0]] : rates;

        // The one that is ahead, and while they are compared another.
        var runs = new List<SequenceRun>();
        try
        {
            foreach (var rate in rates)
            {
                runs.Add(new(set, pairs, options, rate, seed, quality, epoch => onEpoch?.Invoke(epoch with { Allowed = affordable })));
                if (rates.Count > 1)
                {
                    runs[^1].Continue(compared, cancellationToken);
                }

                if (runs.Count > 1)
                {
                    var dropped = runs[1].IsAheadOf(runs[0], StandardErrors) ? 0 : 1;
                    runs[dropped].Dispose();
                    runs.RemoveAt(dropped);
                }
            }

            var run = runs.Single();
            while (budget > run.Learned && (quality is null || run.PassesSinceBest < Patience)
                && run.Continue((int)Math.Min(budget - run.Learned, pairs.Learned.Length), cancellationToken))
            {
            }

            return run.Best;
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }
}
