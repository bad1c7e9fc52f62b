using System.Numerics;
using TorchSharp.Modules;

namespace RecActors.Optimizers;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1); weight decay is part of the gradient.</summary>
internal sealed class ManagedAdam : ManagedOptimizer
{
    private const float Beta1 = .9f;
    private const float Beta2 = .999f;
    private const float Epsilon = 1e-8f;

    private readonly float[][] _means;
    private readonly float[][] _squares;
    private readonly double _learningRate;
    private readonly float _weightDecay;

    public ManagedAdam(IReadOnlyList<Parameter> parameters, double learningRate, double weightDecay = 0)
        : base(parameters)
    {
        _learningRate = learningRate;
        _weightDecay = (float)weightDecay;
        _means = CreateMemory();
        _squares = CreateMemory();
    }

    protected override void Move(int parameter, int step, Span<float> values, ReadOnlySpan<float> gradients)
    {
        var (means, squares) = (_means[parameter], _squares[parameter]);
        var rate = (float)(_learningRate / (1 - Math.Pow(Beta1, step)));
        var scale = (float)(1 / (1 - Math.Pow(Beta2, step)));
        var width = Vector<float>.Count;
        var at = 0;
        for (; at <= values.Length - width; at += width)
        {
            var value = new Vector<float>(values[at..]);
            var gradient = new Vector<float>(gradients[at..]) + (value * _weightDecay);
            var mean = (new Vector<float>(means, at) * Beta1) + (gradient * (1 - Beta1));
            var square = (new Vector<float>(squares, at) * Beta2) + (gradient * gradient * (1 - Beta2));
            mean.CopyTo(means, at);
            square.CopyTo(squares, at);
            (value - (mean * rate / (Vector.SquareRoot(square * scale) + new Vector<float>(Epsilon)))).CopyTo(values[at..]);
        }

        for (; at < values.Length; at++)
        {
            var gradient = gradients[at] + (_weightDecay * values[at]);
            means[at] = (Beta1 * means[at]) + ((1 - Beta1) * gradient);
            squares[at] = (Beta2 * squares[at]) + ((1 - Beta2) * gradient * gradient);
            values[at] -= rate * means[at] / (MathF.Sqrt(squares[at] * scale) + Epsilon);
        }
    }
}
