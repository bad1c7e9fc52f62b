using RecActors.Optimizers;
using RecActors.Training;
using static TorchSharp.torch;

namespace RecActors.Sequences;

/// <summary>
/// Trains a <see cref="SequenceModel"/> on all pairs (actions so far → next item): sampled softmax over cosines, Adam. Stops early on
/// NDCG@10 of held-out pairs, measured with the managed encoder that will serve, and after a budget that is counted in arithmetic.
/// Same events, options and seed: same weights. Not thread-safe; libtorch's number of threads is process-wide.
/// </summary>
internal sealed class SequenceTrainer(TrainingSet set, TrainingOptions options, int seed)
{
    /// <summary>Fewer pairs than these teach nothing that transitions do not know.</summary>
    public const int LeastPairs = 500;

    private const int MaxEpochs = 40;
    private const int Patience = 1;
    private const int BatchPairs = 512;
    private const int SampledItems = 500;
    private const double LearningRate = 5e-3;
    private const int BatchesPerReport = 20;

    // Operations a second that a thread of a present server core does here, all told.
    private const double OperationsPerSecond = 12e9;

    private static readonly float[] Decays = [0f, .6f, .9f];

    /// <summary>The passes over some pairs that the budget allows; below 1 a part of them.</summary>
    public double AffordableEpochs(SequencePairs pairs)
    {
        double d = options.Dimensions;
        var sampled = Math.Min(SampledItems, pairs.Items);

        // Forward and two backward products with the samples and the prefix; Adam goes through all vectors at every batch.
        var perPair = (6 * d * (sampled + (2 * SequenceBatches.PrefixItems))) + (40 * d * pairs.Items / BatchPairs);
        return options.SequenceSeconds * OperationsPerSecond / perPair / Math.Max(1, pairs.Learned.Length);
    }

    /// <summary>Trains until the held-out pairs are no longer predicted better; null when there is too little to learn from or no budget.</summary>
    /// <param name="pairs">Pairs to learn from and, later, to stop by.</param>
    /// <param name="epochs">Passes to make whatever the held-out pairs say; null to stop by them.</param>
    /// <param name="onEpoch">Called on the way and after every pass.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    public SequenceFit? Train(SequencePairs pairs, double? epochs, Action<SequenceEpoch>? onEpoch, CancellationToken cancellationToken)
    {
        var affordable = Math.Min(MaxEpochs, AffordableEpochs(pairs));
        if (pairs.Learned.Length < LeastPairs || affordable * pairs.Learned.Length < LeastPairs)
        {
            return null;
        }

        set_num_threads(options.TorchThreads);
        using var network = new SequenceNetwork(pairs.Items, options.Dimensions, Decays, seed);
        var optimizer = new ManagedAdam([.. network.Parameters], LearningRate);
        var pass = new SequencePass(pairs, Decays, network, optimizer, options.SequenceDropout, new Random(seed));
        var quality = epochs is null && pairs.Held.Length > 0 ? new SequenceQuality(set, pairs) : null;
        var budget = (long)(Math.Min(epochs ?? affordable, affordable) * pairs.Learned.Length);
        SequenceFit? best = null;
        for (var epoch = 1; budget > 0; epoch++)
        {
            var asked = (int)Math.Min(budget, pairs.Learned.Length);
            budget -= asked;
            var loss = pass.Run(
                asked,
                BatchPairs,
                SampledItems,
                done => onEpoch?.Invoke(new(epoch - 1 + done, affordable, 0, best?.Ndcg ?? 0)),
                BatchesPerReport,
                cancellationToken);
            var model = network.Export(set, pairs, pass.KindsMet);
            if (!double.IsFinite(loss))
            {
                break;
            }

            var ndcg = quality?.Ndcg(model, cancellationToken) ?? 0;
            var passes = epoch - 1 + ((double)asked / pairs.Learned.Length);
            best = quality is null || best is null || ndcg > best.Ndcg ? new(model, ndcg, passes) : best;
            onEpoch?.Invoke(new(passes, affordable, loss, ndcg));
            if (quality is not null && passes - best.Epochs >= Patience)
            {
                break;
            }
        }

        return best;
    }
}

/// <summary>A trained model, its NDCG@10 on held-out pairs (0 without any), and the passes that it took.</summary>
internal sealed record SequenceFit(SequenceModel Model, double Ndcg, double Epochs);

/// <summary>How far a training is: passes done of those allowed; the loss of a pass that is done, and the NDCG@10 of held-out pairs after it.</summary>
public readonly record struct SequenceEpoch(double Epochs, double Allowed, double Loss, double Ndcg);
