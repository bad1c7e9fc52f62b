using Microsoft.Extensions.Logging.Abstractions;
using RecActors.LibTorch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RecActors.Optimizers;

public sealed class ManagedOptimizerTests
{
    // Longer than a vector register, and no multiple of one.
    private const int Length = 37;
    private const int Steps = 25;
    private const double Rate = .05;
    private const double Decay = .01;

    public ManagedOptimizerTests() => TorchNativeLibrary.MakeLoadable(NullLogger.Instance);

    [Fact]
    public void Step_Adam_FollowsTheAlgorithm()
    {
        var (means, squares) = (new double[Length], new double[Length]);
        AssertFollows(parameters => new ManagedAdam(parameters, Rate, Decay), (i, step, value, gradient) =>
        {
            gradient += Decay * value;
            means[i] = (.9 * means[i]) + (.1 * gradient);
            squares[i] = (.999 * squares[i]) + (.001 * gradient * gradient);
            return value - (Rate * means[i] / (1 - Math.Pow(.9, step)) / (Math.Sqrt(squares[i] / (1 - Math.Pow(.999, step))) + 1e-8));
        });
    }

    [Fact]
    public void Step_SgdWithMomentum_FollowsTheAlgorithm()
    {
        var velocities = new double[Length];
        AssertFollows(parameters => new ManagedSgd(parameters, Rate, .9, Decay), (i, _, value, gradient) =>
        {
            velocities[i] = (.9 * velocities[i]) + gradient + (Decay * value);
            return value - (Rate * velocities[i]);
        });
    }

    /// <summary>Descends Σ (x − i)², whose gradient is 2 (x − i), beside the algorithm in doubles.</summary>
    private static void AssertFollows(Func<IReadOnlyList<Parameter>, ManagedOptimizer> create, Func<int, int, double, double, double> move)
    {
        using var scope = NewDisposeScope();
        var wanted = arange(0f, Length, 1f);
        var parameter = nn.Parameter(zeros(Length));
        var optimizer = create([parameter]);
        var expected = new double[Length];
        for (var step = 1; step <= Steps; step++)
        {
            nn.functional.mse_loss(parameter, wanted, nn.Reduction.Sum).backward();
            optimizer.Step();
            for (var i = 0; i < Length; i++)
            {
                expected[i] = move(i, step, expected[i], 2 * (expected[i] - i));
            }
        }

        var actual = parameter.detach().data<float>().ToArray();
        Assert.All(Enumerable.Range(0, Length), i => Assert.Equal(expected[i], actual[i], 1e-3));
    }
}
