using RecActors.Ranking;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecActors.Rankers;

/// <summary>
/// The ranker in libtorch: dense layers with ReLU between them and one output. Its first weights come from the seed alone,
/// uniform in ±1/√inputs as PyTorch's own, so that libtorch's global generator plays no part.
/// </summary>
internal sealed class RankerNetwork : IDisposable
{
    private readonly List<Linear> _layers = [];

    public RankerNetwork(int inputs, IReadOnlyList<int> hiddenSizes, int seed)
    {
        var random = new Random(seed);
        var width = inputs;
        foreach (var size in hiddenSizes.Append(1))
        {
            _layers.Add(CreateLayer(width, size, random));
            width = size;
        }
    }

    public IEnumerable<Parameter> Parameters => _layers.SelectMany(layer => layer.parameters());

    /// <summary>Scores of inputs of any shape […, inputs]: shape […].</summary>
    public Tensor Forward(Tensor inputs)
    {
        var hidden = inputs;
        for (var i = 0; i < _layers.Count; i++)
        {
            hidden = _layers[i].forward(hidden);
            if (i < _layers.Count - 1)
            {
                hidden = nn.functional.relu(hidden);
            }
        }

        return hidden.squeeze(-1);
    }

    /// <summary>Copies the weights out, for managed inference.</summary>
    public RankerModel Export(InputScaling scaling) => new()
    {
        Kind = _layers.Count == 1 ? RankerKind.Linear : RankerKind.Mlp,
        SchemaVersion = FeatureSchema.Version,
        Features = scaling.Features,
        Means = scaling.Means,
        Deviations = scaling.Deviations,
        Layers = [.. _layers.Select(Copy)],
    };

    public void Dispose() => _layers.ForEach(layer => layer.Dispose());

    private static Linear CreateLayer(int inputs, int outputs, Random random)
    {
        var layer = nn.Linear(inputs, outputs);
        var bound = 1 / MathF.Sqrt(inputs);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        layer.weight!.copy_(tensor(Uniform(inputs * outputs)).reshape(outputs, inputs));
        layer.bias!.copy_(tensor(Uniform(outputs)));
        return layer;

        float[] Uniform(int count) => [.. Enumerable.Range(0, count).Select(_ => ((2 * random.NextSingle()) - 1) * bound)];
    }

    private static DenseLayer Copy(Linear layer)
    {
        using var scope = NewDisposeScope();
        return new(
            (int)layer.weight!.shape[1],
            (int)layer.weight.shape[0],
            layer.weight.detach().contiguous().data<float>().ToArray(),
            layer.bias!.detach().contiguous().data<float>().ToArray());
    }
}
