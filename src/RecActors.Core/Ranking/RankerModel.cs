namespace RecActors.Ranking;

/// <summary>The shape of a ranker.</summary>
public enum RankerKind
{
    /// <summary>One layer: a weighted sum of the features.</summary>
    Linear = 0,

    /// <summary>A multilayer perceptron with ReLU between its layers and one output neuron.</summary>
    Mlp = 1,

    /// <summary>None: candidates are scored by <see cref="BlendWeights"/>. No model has this kind.</summary>
    None = 2,
}

/// <summary>
/// The weights of the shared ranker, as the trainer publishes them. Immutable by agreement: nobody writes to the arrays
/// after construction.
/// </summary>
public sealed record RankerModel
{
    public required RankerKind Kind { get; init; }

    /// <summary>Version of the feature definitions that it was trained on: <see cref="FeatureSchema.Version"/>.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Its inputs in order, by name: all features of the schema or some of them.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Mean of each input over the training examples.</summary>
    public required float[] Means { get; init; }

    /// <summary>Standard deviation of each input over the training examples; greater than 0.</summary>
    public required float[] Deviations { get; init; }

    /// <summary>The layers from the input on; the last has one output.</summary>
    public required IReadOnlyList<DenseLayer> Layers { get; init; }

    /// <summary>Checks the shapes and that every number is finite.</summary>
    /// <exception cref="InvalidDataException">They do not fit together; the message says where.</exception>
    public void Validate()
    {
        Require(Features.Count > 0, "it has no inputs");
        Require(Means.Length == Features.Count, "the number of means is not that of its inputs");
        Require(Deviations.Length == Features.Count, "the number of deviations is not that of its inputs");
        Require(Array.TrueForAll(Means, float.IsFinite), "a mean is not finite");
        Require(Array.TrueForAll(Deviations, d => float.IsFinite(d) && d > 0), "a deviation is not finite and positive");
        Require(Kind is RankerKind.Linear or RankerKind.Mlp, $"it is of the kind {Kind}");
        Require(Kind == RankerKind.Linear ? Layers.Count == 1 : Layers.Count > 1, $"{Layers.Count} layers do not make a {Kind} ranker");
        var width = Features.Count;
        for (var i = 0; i < Layers.Count; i++)
        {
            var layer = Layers[i];
            Require(layer.Inputs == width, $"layer {i} takes {layer.Inputs} inputs where {width} come");
            Require(layer.Weights.Length == layer.Inputs * layer.Outputs, $"layer {i} has {layer.Weights.Length} weights");
            Require(layer.Bias.Length == layer.Outputs, $"layer {i} has {layer.Bias.Length} biases");
            Require(Array.TrueForAll(layer.Weights, float.IsFinite) && Array.TrueForAll(layer.Bias, float.IsFinite), $"layer {i} has a weight that is not finite");
            width = layer.Outputs;
        }

        Require(width == 1, $"its last layer has {width} outputs");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"The ranker cannot be used: {otherwise}.");
        }
    }
}

/// <summary>A fully connected layer: y = W x + b.</summary>
/// <param name="Inputs">Width of x.</param>
/// <param name="Outputs">Width of y.</param>
/// <param name="Weights">W row by row, <paramref name="Outputs"/> × <paramref name="Inputs"/>: the layout of PyTorch's <c>Linear.weight</c>.</param>
/// <param name="Bias">b, one per output.</param>
public sealed record DenseLayer(int Inputs, int Outputs, float[] Weights, float[] Bias);
