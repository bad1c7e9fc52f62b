using RecActors.Optimizers;
using RecActors.Ranking;
using RecActors.Threads;
using RecActors.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RecActors.Rankers;

/// <summary>
/// Trains the shared ranker: F → hidden layers → 1 with ReLU, or a linear model, on the candidates of replayed queries. Stops
/// early on NDCG@10 of later queries, measured with the managed ranker that will serve. Same examples, options and seed: same
/// weights. Not thread-safe; libtorch's number of threads is process-wide.
/// </summary>
internal sealed class RankerTrainer(TrainingOptions options, int seed)
{
    /// <summary>Depth at which quality is measured.</summary>
    public const int QualityDepth = 10;

    // Queries per pass through the network in full-batch training, where gradients are summed over passes: bounds the memory.
    private const int PassQueries = 256;

    // Epochs after which the step sizes are compared: enough to see one that is too large or too small.
    private const int HeatEpochs = 3;
    private const double Momentum = .9;

    // Far below any score, and far from overflow. Held here, where no garbage collection frees it while libtorch reads it.
    private static readonly Scalar Excluded = -1e9f;

    /// <summary>
    /// Trains; null when there is nothing to learn from: no example, or no feature that varies. Of several step sizes each has a few
    /// epochs, and the one with the best quality so far goes on.
    /// </summary>
    /// <param name="training">Queries to learn from.</param>
    /// <param name="stopping">Later queries; when none of them found its target, those of the training stand in.</param>
    /// <param name="onEpoch">Called after every epoch.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    /// <param name="excluded">Features that the ranker must not read; null for none.</param>
    /// <param name="learningRate">The step size; null to choose it.</param>
    public RankerFit? Train(
        RankerExamples training,
        RankerExamples stopping,
        Action<RankerEpoch>? onEpoch,
        CancellationToken cancellationToken,
        IReadOnlySet<string>? excluded = null,
        double? learningRate = null)
    {
        var scaling = InputScaling.Of(training.Found, excluded);
        if (scaling.Count == 0)
        {
            return null;
        }

        var judged = stopping.Found.Count > 0 ? stopping : training;
        IReadOnlyList<double> rates = learningRate is { } given ? [given] : options.LearningRatesInUse;
        var runs = rates.Select(rate => new RankerRun(rate, Epochs(training, scaling, options.MaxEpochs, rate, cancellationToken), judged, options.Patience, onEpoch)).ToList();
        try
        {
            // The first of the step sizes is the default: it stays among equals.
            foreach (var run in runs.Count > 1 ? runs : [])
            {
                run.Continue(HeatEpochs);
            }

            var best = runs.MaxBy(run => run.Best?.Ndcg ?? -1)!;
            best.Continue(options.MaxEpochs);
            return best.Best;
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }

    /// <summary>Trains as was best before, on queries that include those which told; null when there is nothing to learn from.</summary>
    public RankerModel? TrainAgain(RankerExamples training, RankerFit before, CancellationToken cancellationToken, IReadOnlySet<string>? excluded = null)
    {
        var scaling = InputScaling.Of(training.Found, excluded);
        return scaling.Count == 0 ? null : Epochs(training, scaling, before.Epoch, before.LearningRate, cancellationToken).LastOrDefault().Model;
    }

    /// <summary>The mean loss of the queries of one batch.</summary>
    internal static Tensor LossOf(RankerLoss loss, Tensor scores, RankerBatch batch)
    {
        if (loss == RankerLoss.ListwiseSoftmax)
        {
            var logarithms = nn.functional.log_softmax(scores.masked_fill(batch.Present.logical_not(), Excluded), 1);
            var shares = batch.Wanted / batch.Wanted.sum(1, keepdim: true);
            return (shares * logarithms).sum(1).mean().neg();
        }

        var perCandidate = loss == RankerLoss.CrossEntropy
            ? nn.functional.binary_cross_entropy_with_logits(scores, batch.Wanted, reduction: nn.Reduction.None)
            : nn.functional.mse_loss(scores, batch.Wanted, reduction: nn.Reduction.None);
        return (perCandidate * batch.Present).sum() / batch.Present.sum();
    }

    /// <summary>The ranker after every epoch, as long as the step size is not too large for the examples.</summary>
    private IEnumerable<(int Epoch, double Loss, RankerModel Model)> Epochs(
        RankerExamples training, InputScaling scaling, int most, double learningRate, CancellationToken cancellationToken)
    {
        set_num_threads(options.TorchThreads);
        var batches = new RankerBatches(training.Found, scaling);
        using var network = new RankerNetwork(scaling.Count, options.HiddenSizesInUse, seed);
        var optimizer = CreateOptimizer(network, learningRate);
        var order = Enumerable.Range(0, batches.Count).ToArray();
        var random = new Random(seed);
        for (var epoch = 1; epoch <= most; epoch++)
        {
            random.Shuffle(order);
            var loss = RunEpoch(network, optimizer, batches, order, cancellationToken);
            var model = network.Export(scaling);
            if (!double.IsFinite(loss) || !model.Layers.All(IsFinite))
            {
                yield break;
            }

            yield return (epoch, loss, model);
        }
    }

    private double RunEpoch(
        RankerNetwork network, ManagedOptimizer optimizer, RankerBatches batches, int[] order, CancellationToken cancellationToken)
    {
        var batchSize = options.BatchQueries == 0 ? order.Length : Math.Min(options.BatchQueries, order.Length);
        double total = 0;
        for (var start = 0; start < order.Length; start += batchSize)
        {
            var batch = order.AsSpan(start, Math.Min(batchSize, order.Length - start));
            for (var at = 0; at < batch.Length; at += PassQueries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                BackgroundThread.GiveWay();
                var pass = batch.Slice(at, Math.Min(PassQueries, batch.Length - at));
                using var scope = NewDisposeScope();
                using var share = (Scalar)((double)pass.Length / batch.Length);
                var gathered = batches.Gather(pass);
                var loss = LossOf(options.Loss, network.Forward(gathered.Inputs), gathered);
                loss.mul(share).backward();
                total += loss.item<float>() * pass.Length;
            }

            optimizer.Step();
        }

        return total / order.Length;
    }

    private static bool IsFinite(DenseLayer layer) => Array.TrueForAll(layer.Weights, float.IsFinite) && Array.TrueForAll(layer.Bias, float.IsFinite);

    private ManagedOptimizer CreateOptimizer(RankerNetwork network, double learningRate) => options.Optimizer switch
    {
        RankerOptimizer.Sgd => new ManagedSgd([.. network.Parameters], learningRate, Momentum, options.WeightDecay),
        _ => new ManagedAdam([.. network.Parameters], learningRate, options.WeightDecay),
    };
}
