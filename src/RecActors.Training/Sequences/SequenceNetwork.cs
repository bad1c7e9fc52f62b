using RecActors.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecActors.Sequences;

/// <summary>
/// The recurrence of <see cref="SequenceModel"/> in libtorch. First values come from the seed alone, so that libtorch's global
/// generator plays no part.
/// </summary>
internal sealed class SequenceNetwork : IDisposable
{
    /// <summary>τ.</summary>
    public const float Temperature = .07f;

    // Constants that libtorch is given live as long as the process, the 1 that TorchSharp's sums multiply with included: see ManagedOptimizer.
    private static readonly Scalar One = 1;
    private static readonly Scalar InverseTemperature = 1 / Temperature;
    private static readonly Scalar Excluded = -1e9f;
    private static readonly Scalar LeastNorm = 1e-12f;

    // Small beside a unit vector in 64 dimensions, so that the first steps turn the vectors freely.
    private const float FirstScale = .1f;

    private readonly int _dimensions;
    private readonly float[] _decays;
    private readonly EmbeddingBag _inputs;
    private readonly Parameter _outputs;
    private readonly Parameter _mixing;
    private readonly Parameter _gains;
    private readonly Parameter _kinds;

    public SequenceNetwork(int items, int dimensions, float[] decays, int seed)
    {
        var random = new Random(seed);
        _dimensions = dimensions;
        _decays = decays;
        _inputs = nn.EmbeddingBag(items, dimensions, mode: EmbeddingBagMode.Sum);
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            _inputs.weight!.copy_(Normal(items));
        }

        _outputs = Owned(Normal(items));
        _mixing = Owned(full([decays.Length, dimensions], 1f / decays.Length));
        _gains = Owned(ones(ActionKind.Count));
        _kinds = Owned(zeros(ActionKind.Count, dimensions));

        Tensor Normal(int rows)
        {
            var values = new float[rows * dimensions];
            for (var i = 0; i < values.Length; i++)
            {
                // Box and Muller; 1 − x is never 0.
                values[i] = FirstScale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            }

            return tensor(values).reshape(rows, dimensions);
        }
    }

    public IEnumerable<Parameter> Parameters => [_inputs.weight!, _outputs, _mixing, _gains, _kinds];

    /// <summary>u of each pair: pairs × d.</summary>
    /// <param name="batch">The pairs.</param>
    /// <param name="mask">What of h_g / w_g to keep, pairs × decays × d, scaled; null for all.</param>
    public Tensor Forward(SequenceBatch batch, Tensor? mask = null)
    {
        var gains = _gains.index_select(0, batch.Kinds);
        var sums = _inputs.forward(batch.Items, batch.Offsets, batch.Shares * gains).add(batch.KindShares.matmul(_kinds), One);
        var states = sums.reshape(-1, _decays.Length, _dimensions);
        return ((mask is null ? states : states * mask) * _mixing).sum(1);
    }

    /// <summary>
    /// Mean cross-entropy of the next item among itself and items sampled uniformly, each of which stands for as many of the catalog
    /// as were not (Jean et al. 2015, sampled softmax). A sampled target is left out.
    /// </summary>
    /// <param name="user">u, pairs × d.</param>
    /// <param name="targets">The next items.</param>
    /// <param name="sampled">The sampled items, shared by all pairs.</param>
    public Tensor Loss(Tensor user, Tensor targets, Tensor sampled)
    {
        // log(others / sampled) on every sampled logit is the same as taking it off the target's, where there are fewer.
        var correction = Math.Log((_outputs.shape[0] - 1d) / sampled.shape[0]);
        using var offset = (Scalar)(correction > 0 ? -correction : 0);
        var unit = Unit(user).mul(InverseTemperature);

        // One selection: each would have a gradient of the whole table.
        var outputs = Unit(_outputs.index_select(0, cat([targets, sampled])));
        var target = (unit * outputs.narrow(0, 0, targets.shape[0])).sum(1).add(offset, One);
        var others = unit.matmul(outputs.narrow(0, targets.shape[0], sampled.shape[0]).t());
        var hits = sampled.unsqueeze(0).eq(targets.unsqueeze(1));
        var loss = others.masked_fill(hits, Excluded).logsumexp(1, false).logaddexp(target).add(target.neg(), One).mean();
        return loss;
    }

    /// <summary>Copies the model out, for managed inference. Kinds of actions that nobody took have their untrained gain.</summary>
    public SequenceModel Export(TrainingSet set, SequencePairs pairs, IReadOnlySet<int> kindsMet)
    {
        var gains = Copy(_gains);
        for (var kind = 0; kind < gains.Length; kind++)
        {
            gains[kind] = kindsMet.Contains(kind) ? gains[kind] : ActionKind.UntrainedGain(kind);
        }

        return new()
        {
            Dimensions = _dimensions,
            ItemIds = [.. pairs.CatalogItems.Select(item => set.ItemIds[item])],
            Inputs = Copy(_inputs.weight!),
            Outputs = Copy(_outputs),
            Decays = _decays,
            Mixing = Copy(_mixing),
            KindGains = gains,
            KindVectors = Copy(_kinds),
            Temperature = Temperature,
        };
    }

    public void Dispose()
    {
        _inputs.Dispose();
        foreach (var parameter in new[] { _outputs, _mixing, _gains, _kinds })
        {
            parameter.Dispose();
        }
    }

    private static Parameter Owned(Tensor values) => nn.Parameter(values.MoveToOuterDisposeScope());

    private static Tensor Unit(Tensor vectors) => vectors / vectors.norm(1, keepdim: true, p: 2).clamp_min(LeastNorm);

    private static float[] Copy(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().contiguous().data<float>().ToArray();
    }
}
