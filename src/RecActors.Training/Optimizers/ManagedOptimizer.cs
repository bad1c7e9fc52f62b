using System.Runtime.InteropServices;
using TorchSharp.Modules;

namespace RecActors.Optimizers;

/// <summary>
/// Moves parameters over the memory of their tensors, in one pass over each. TorchSharp's own optimisers hand every constant to
/// libtorch as an object with a finalizer, which a garbage collection may run while libtorch still reads it: a crash, or a wrong number,
/// once in a few thousand steps. Not thread-safe.
/// </summary>
internal abstract class ManagedOptimizer(IReadOnlyList<Parameter> parameters)
{
    private int _steps;

    /// <summary>Moves the parameters against their gradients, and clears those.</summary>
    public void Step()
    {
        _steps++;
        for (var i = 0; i < parameters.Count; i++)
        {
            using var gradient = parameters[i].grad;
            if (gradient is not null)
            {
                var gradients = Floats(gradient);
                Move(i, _steps, Floats(parameters[i]), gradients);
                gradients.Clear();
            }
        }
    }

    /// <summary>One number for each element of each parameter.</summary>
    protected float[][] CreateMemory() => [.. parameters.Select(parameter => new float[parameter.numel()])];

    /// <summary>Moves one parameter.</summary>
    /// <param name="parameter">Its place.</param>
    /// <param name="step">Steps so far, this one included.</param>
    /// <param name="values">Its elements.</param>
    /// <param name="gradients">Their gradients.</param>
    protected abstract void Move(int parameter, int step, Span<float> values, ReadOnlySpan<float> gradients);

    private static Span<float> Floats(TorchSharp.torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
