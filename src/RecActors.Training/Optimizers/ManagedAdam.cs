using System.Numerics.Tensors;
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
    private readonly float[] _moves;
    private readonly float[] _scales;
    private readonly double _learningRate;
    private readonly float _weightDecay;

    public ManagedAdam(IReadOnlyList<Parameter> parameters, double learningRate, double weightDecay = 0)
        : base(parameters)
    {
        _learningRate = learningRate;
        _weightDecay = (float)weightDecay;
        _means = CreateMemory();
        _squares = CreateMemory();
        var longest = _squares.Max(square => square.Length);
        (_moves, _scales) = (new float[longest], new float[longest]);
    }

    protected override void Move(int parameter, int step, Span<float> values, ReadOnlySpan<float> gradients)
    {
        var (means, squares) = (_means[parameter], _squares[parameter]);
        var move = _moves.AsSpan(0, values.Length);
        var scale = _scales.AsSpan(0, values.Length);
        TensorPrimitives.MultiplyAdd(values, _weightDecay, gradients, move);
        TensorPrimitives.Multiply(means, Beta1, means);
        TensorPrimitives.MultiplyAdd(move, 1 - Beta1, means, means);
        TensorPrimitives.Multiply(move, move, move);
        TensorPrimitives.Multiply(squares, Beta2, squares);
        TensorPrimitives.MultiplyAdd(move, 1 - Beta2, squares, squares);

        // Both averages begin at 0; the powers correct for it.
        TensorPrimitives.Multiply(squares, (float)(1 / (1 - Math.Pow(Beta2, step))), scale);
        TensorPrimitives.Sqrt(scale, scale);
        TensorPrimitives.Add(scale, Epsilon, scale);
        TensorPrimitives.Multiply(means, (float)(_learningRate / (1 - Math.Pow(Beta1, step))), move);
        TensorPrimitives.Divide(move, scale, move);
        TensorPrimitives.Subtract(values, move, values);
    }
}
