using System.Numerics.Tensors;
using TorchSharp.Modules;

namespace RecActors.Optimizers;

/// <summary>Stochastic gradient descent with momentum (Sutskever et al. 2013, as PyTorch has it); weight decay is part of the gradient.</summary>
internal sealed class ManagedSgd : ManagedOptimizer
{
    private readonly float[][] _velocities;
    private readonly float _momentum;
    private readonly float _weightDecay;

    public ManagedSgd(IReadOnlyList<Parameter> parameters, double learningRate, double momentum = 0, double weightDecay = 0)
        : base(parameters)
    {
        LearningRate = learningRate;
        _momentum = (float)momentum;
        _weightDecay = (float)weightDecay;
        _velocities = CreateMemory();
    }

    /// <summary>The step size; schedules change it between steps.</summary>
    public double LearningRate { get; set; }

    protected override void Move(int parameter, int step, Span<float> values, ReadOnlySpan<float> gradients)
    {
        var velocity = _velocities[parameter];
        TensorPrimitives.MultiplyAdd(velocity, _momentum, gradients, velocity);
        TensorPrimitives.MultiplyAdd(values, _weightDecay, velocity, velocity);
        TensorPrimitives.MultiplyAdd(velocity, (float)-LearningRate, values, values);
    }
}
