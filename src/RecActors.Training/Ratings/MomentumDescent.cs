using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using TorchSharp.Modules;

namespace RecActors.Ratings;

/// <summary>
/// Stochastic gradient descent with momentum and weight decay, as <c>torch.optim.SGD</c> computes it, on the parameters' own memory.
/// TorchSharp's optimisers pass every coefficient as a native scalar that the finalizer may free while the call runs, once another thread
/// collects garbage: seen as wrong steps and exceptions in a busy process.
/// </summary>
internal sealed class MomentumDescent(IEnumerable<Parameter> parameters, double momentum, double weightDecay)
{
    private readonly (Parameter Parameter, float[] Velocity)[] _parameters =
        [.. parameters.Select(parameter => (parameter, new float[parameter.numel()]))];

    /// <summary>Moves the parameters against their gradients, which are zero afterwards.</summary>
    public void Step(double learningRate)
    {
        foreach (var (parameter, velocity) in _parameters)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            using (gradient)
            {
                var values = MemoryMarshal.Cast<byte, float>(parameter.bytes);
                var slope = MemoryMarshal.Cast<byte, float>(gradient.bytes);
                TensorPrimitives.MultiplyAdd(values, (float)weightDecay, slope, slope);
                TensorPrimitives.MultiplyAdd<float>(velocity, (float)momentum, slope, velocity);
                TensorPrimitives.MultiplyAdd(velocity, (float)-learningRate, values, values);
                slope.Clear();
            }
        }
    }
}
