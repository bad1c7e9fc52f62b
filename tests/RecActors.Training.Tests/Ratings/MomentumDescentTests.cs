using Microsoft.Extensions.Logging.Abstractions;
using RecActors.LibTorch;
using RecActors.Rankers;
using static TorchSharp.torch;

namespace RecActors.Ratings;

public sealed class MomentumDescentTests
{
    public MomentumDescentTests() => TorchNativeLibrary.MakeLoadable(NullLogger.Instance);

    [Fact]
    public void Step_SeveralSteps_MovesAsTheDefinitionSays()
    {
        const double Momentum = .9;
        const double Decay = .01;
        const double LearningRate = .05;
        using var network = new RankerNetwork(3, [], seed: 1);
        using var scope = NewDisposeScope();
        var weights = network.Parameters.First();
        var expected = weights.data<float>().Select(value => (double)value).ToArray();
        var velocity = new double[3];
        var descent = new MomentumDescent(network.Parameters, Momentum, Decay);
        var inputs = tensor([1f, 2f, 3f]).reshape(1, 3);

        for (var step = 0; step < 4; step++)
        {
            network.Forward(inputs).sum().backward();
            descent.Step(LearningRate);
            for (var i = 0; i < 3; i++)
            {
                velocity[i] = (Momentum * velocity[i]) + (i + 1) + (Decay * expected[i]);
                expected[i] -= LearningRate * velocity[i];
            }
        }

        Assert.All(weights.data<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        Assert.All(weights.grad!.data<float>().ToArray(), value => Assert.Equal(0, value));
    }
}
