using System.Numerics.Tensors;

namespace RecActors.Ranking;

/// <summary>
/// Shares the difference between a network's output at an input and at zero out to the inputs: xᵢ · ∫₀¹ ∂f/∂xᵢ(αx) dα (Sundararajan, Taly, Yan,
/// "Axiomatic attribution for deep networks", ICML 2017, equation 1); the shares sum to the difference. Between layers is ReLU, so the
/// gradient is constant wherever the same units are on, and those regions are convex: where both ends of a piece of the path are in one, the
/// piece is exact. Others are halved down to a width of which the error is far below a hundredth. Not thread-safe.
/// </summary>
internal sealed class IntegratedGradients
{
    private const double FinestPiece = 1.0 / 1024;

    private readonly IReadOnlyList<DenseLayer> _layers;
    private readonly float[] _input;
    private readonly float[] _point;
    private readonly double[] _integral;
    private readonly int _hidden;

    public IntegratedGradients(IReadOnlyList<DenseLayer> layers, ReadOnlySpan<float> input)
    {
        _layers = layers;
        _input = input.ToArray();
        _point = new float[input.Length];
        _integral = new double[input.Length];
        _hidden = layers.Take(layers.Count - 1).Sum(layer => layer.Outputs);
    }

    /// <summary>Writes each input's share and returns the output at zero.</summary>
    public float Share(Span<float> shares)
    {
        var (start, end) = (new bool[_hidden], new bool[_hidden]);
        var baseline = Forward(0, start);
        Forward(1, end);
        Integrate(0, start, 1, end);
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = (float)(_integral[i] * _input[i]);
        }

        return baseline;
    }

    private void Integrate(double from, bool[] fromOn, double to, bool[] toOn)
    {
        if (fromOn.AsSpan().SequenceEqual(toOn))
        {
            Add(fromOn, to - from);
            return;
        }

        var middle = (from + to) / 2;
        var on = new bool[_hidden];
        Forward(middle, on);
        if (to - from <= FinestPiece)
        {
            Add(on, to - from);
            return;
        }

        Integrate(from, fromOn, middle, on);
        Integrate(middle, on, to, toOn);
    }

    /// <summary>The output at a point of the path, and which units are on there.</summary>
    private float Forward(double along, bool[] on)
    {
        for (var i = 0; i < _point.Length; i++)
        {
            _point[i] = (float)(along * _input[i]);
        }

        var x = _point;
        var unit = 0;
        for (var l = 0; l < _layers.Count; l++)
        {
            var layer = _layers[l];
            var y = new float[layer.Outputs];
            for (var o = 0; o < y.Length; o++)
            {
                var sum = layer.Bias[o] + TensorPrimitives.Dot(layer.Weights.AsSpan(o * layer.Inputs, layer.Inputs), x);
                if (l == _layers.Count - 1)
                {
                    y[o] = sum;
                    continue;
                }

                on[unit++] = sum > 0;
                y[o] = Math.Max(0, sum);
            }

            x = y;
        }

        return x[0];
    }

    /// <summary>Adds the gradient where these units are on, for a piece of the path.</summary>
    private void Add(bool[] on, double length)
    {
        var gradient = _layers[^1].Weights.AsSpan(0, _layers[^1].Inputs).ToArray();
        var unit = _hidden;
        for (var l = _layers.Count - 2; l >= 0; l--)
        {
            var layer = _layers[l];
            unit -= layer.Outputs;
            var before = new float[layer.Inputs];
            for (var o = 0; o < layer.Outputs; o++)
            {
                if (on[unit + o])
                {
                    TensorPrimitives.MultiplyAdd(layer.Weights.AsSpan(o * layer.Inputs, layer.Inputs), gradient[o], before, before);
                }
            }

            gradient = before;
        }

        for (var i = 0; i < _integral.Length; i++)
        {
            _integral[i] += gradient[i] * length;
        }
    }
}
