using System.Numerics.Tensors;
using RecActors.Optimizers;
using RecActors.Rankers;
using TorchSharp;
using static TorchSharp.torch;

namespace RecActors.Ratings;

/// <summary>What the network's output is compared with.</summary>
internal enum RatingLoss
{
    /// <summary>The rating, by squared error.</summary>
    MeanSquaredError,

    /// <summary>Whether the rating is positive, by binary cross-entropy.</summary>
    CrossEntropy,
}

/// <summary>
/// The network of rating prediction: inputs → hidden layers → 1 with ReLU, by stochastic gradient descent on mini-batches. Same rows, options and seed:
/// same weights. Not thread-safe; libtorch's number of threads is process-wide.
/// </summary>
internal sealed class RatingNetwork : IDisposable
{
    // Rows per pass when predicting: bounds the memory.
    private const int PassRows = 8192;

    // Features may vary by less only by accident of rounding.
    private const double LeastVariation = 1e-5;

    // Standardised inputs further out are cut to it: factors that hardly vary among the training rows may be of another size in the test rows.
    private const float LargestInput = 5;

    private readonly RankerNetwork _layers;
    private readonly int[] _columns;
    private readonly float[] _means;
    private readonly float[] _scales;
    private readonly int _width;
    private readonly RatingLoss _loss;
    private readonly float _offset;

    private RatingNetwork(float[] features, int width, ReadOnlySpan<float> targets, RatingLoss loss, IReadOnlyList<int> hiddenSizes, int seed)
    {
        (_width, _loss) = (width, loss);
        var rows = features.Length / width;
        var (means, deviations) = (new double[width], new double[width]);
        for (var at = 0; at < features.Length; at++)
        {
            means[at % width] += (double)features[at] / rows;
        }

        for (var at = 0; at < features.Length; at++)
        {
            deviations[at % width] += Math.Pow(features[at] - means[at % width], 2) / rows;
        }

        _columns = [.. Enumerable.Range(0, width).Where(column => Math.Sqrt(deviations[column]) > LeastVariation * (1 + Math.Abs(means[column])))];
        _means = [.. _columns.Select(column => (float)means[column])];
        _scales = [.. _columns.Select(column => (float)(1 / Math.Sqrt(deviations[column])))];
        foreach (var target in targets)
        {
            _offset += target / targets.Length;
        }

        // The output starts at the mean: what is to be learned is the distance from it.
        _offset = loss == RatingLoss.MeanSquaredError ? _offset : 0;
        _layers = new RankerNetwork(Math.Max(1, _columns.Length), hiddenSizes, seed);
    }

    /// <summary>Trains.</summary>
    /// <param name="features">Rows × width.</param>
    /// <param name="width">Number of features.</param>
    /// <param name="targets">Ratings; or 1 for positives and 0 for negatives, by the loss.</param>
    /// <param name="loss">Loss.</param>
    /// <param name="options">Constants.</param>
    /// <param name="onEpoch">Called with the number of the epoch that is done and its mean loss.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    public static RatingNetwork Train(
        float[] features, int width, float[] targets, RatingLoss loss, RatingCrossValidationOptions options, Action<int, double>? onEpoch, CancellationToken cancellationToken)
    {
        set_num_threads(options.Threads);
        var network = new RatingNetwork(features, width, targets, loss, options.HiddenSizes, options.Seed);
        try
        {
            network.Descend(features, targets, options, onEpoch, cancellationToken);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Predicted ratings; or log-odds of being positive, by the loss.</summary>
    public float[] Predict(float[] features)
    {
        var predicted = new float[features.Length / _width];
        using var frozen = no_grad();
        for (var from = 0; from < predicted.Length; from += PassRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(PassRows, predicted.Length - from);
            var output = _layers.Forward(Inputs(features.AsSpan(from * _width, count * _width)));
            output.data<float>().CopyTo(predicted.AsSpan(from, count), 0, 0);
        }

        TensorPrimitives.Add(predicted, _offset, predicted);

        return predicted;
    }

    public void Dispose() => _layers.Dispose();

    private void Descend(float[] features, float[] targets, RatingCrossValidationOptions options, Action<int, double>? onEpoch, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var (inputs, wanted) = (Inputs(features), tensor(Array.ConvertAll(targets, target => target - _offset)));
        var descent = new ManagedSgd([.. _layers.Parameters], options.LearningRate, options.Momentum, options.WeightDecay);
        var order = Enumerable.Range(0, targets.Length).Select(row => (long)row).ToArray();
        var random = new Random(options.Seed);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            random.Shuffle(order);
            descent.LearningRate = options.LearningRate * (1 - (.9 * epoch / Math.Max(1, options.Epochs - 1)));
            using var epochScope = NewDisposeScope();
            var shuffled = tensor(order);
            var (epochInputs, epochWanted) = (inputs.index_select(0, shuffled), wanted.index_select(0, shuffled));
            var total = 0d;
            for (var from = 0; from < order.Length; from += options.BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var batchScope = NewDisposeScope();
                var count = Math.Min(options.BatchSize, order.Length - from);
                var output = _layers.Forward(epochInputs.narrow(0, from, count));
                var batch = epochWanted.narrow(0, from, count);
                var loss = _loss == RatingLoss.MeanSquaredError
                    ? nn.functional.mse_loss(output, batch)
                    : nn.functional.binary_cross_entropy_with_logits(output, batch);
                loss.backward();
                descent.Step();
                total += loss.item<float>() * count;
            }

            onEpoch?.Invoke(epoch + 1, total / order.Length);
        }
    }

    /// <summary>The features that vary, standardised; a zero where none does.</summary>
    private torch.Tensor Inputs(ReadOnlySpan<float> features)
    {
        var rows = features.Length / _width;
        var inputs = new float[rows * Math.Max(1, _columns.Length)];
        for (var row = 0; row < rows; row++)
        {
            for (var input = 0; input < _columns.Length; input++)
            {
                var distance = (features[(row * _width) + _columns[input]] - _means[input]) * _scales[input];
                inputs[(row * _columns.Length) + input] = Math.Clamp(distance, -LargestInput, LargestInput);
            }
        }

        // A copy, in libtorch's own memory: the rounding of its matrix products depends on alignment, which that of an array varies in.
        return tensor(inputs).reshape(rows, -1).clone();
    }
}
