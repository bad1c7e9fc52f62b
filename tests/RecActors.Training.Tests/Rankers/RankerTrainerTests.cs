using Microsoft.Extensions.Logging.Abstractions;
using RecActors.LibTorch;
using RecActors.Ranking;
using RecActors.Training;
using static TorchSharp.torch;

namespace RecActors.Rankers;

public sealed class RankerTrainerTests
{
    // A random order of about 19 candidates has an NDCG@10 of .23; a fifth of the queries are misses by construction.
    private const double Chance = .2;

    private static readonly RankerExamples Training = SyntheticExamples.Generate(400, seed: 1);
    private static readonly RankerExamples Stopping = SyntheticExamples.Generate(100, seed: 2);

    public RankerTrainerTests() => TorchNativeLibrary.MakeLoadable(NullLogger.Instance);

    [Theory]
    [InlineData(RankerLoss.ListwiseSoftmax, RankerOptimizer.Adam, 32)]
    [InlineData(RankerLoss.ListwiseSoftmax, RankerOptimizer.Sgd, 32)]
    [InlineData(RankerLoss.ListwiseSoftmax, RankerOptimizer.Adam, 0)]
    [InlineData(RankerLoss.CrossEntropy, RankerOptimizer.Adam, 32)]
    [InlineData(RankerLoss.CrossEntropy, RankerOptimizer.Sgd, 8)]
    [InlineData(RankerLoss.MeanSquaredError, RankerOptimizer.Adam, 32)]
    [InlineData(RankerLoss.MeanSquaredError, RankerOptimizer.Sgd, 0)]
    public void Train_EveryLossOptimizerAndBatch_RanksFarBetterThanChance(RankerLoss loss, RankerOptimizer optimizer, int batchQueries)
    {
        var options = new TrainingOptions
        {
            Loss = loss,
            Optimizer = optimizer,
            BatchQueries = batchQueries,
            LearningRates = batchQueries == 0 ? [.05] : null,
            MaxEpochs = 30,
            Patience = 30,
        };

        var fit = Train(options);

        Assert.InRange(fit!.Ndcg, Chance * 2.5, .8);
    }

    [Fact]
    public void Train_Linear_LearnsALinearModelThatTheMlpBeats()
    {
        var linear = Train(new TrainingOptions { Ranker = RankerKind.Linear, MaxEpochs = 40 })!;
        var mlp = Train(new TrainingOptions { MaxEpochs = 40 })!;

        Assert.Equal(RankerKind.Linear, linear.Model.Kind);
        Assert.Single(linear.Model.Layers);
        Assert.Equal(3, mlp.Model.Layers.Count);
        Assert.InRange(linear.Ndcg, Chance * 1.5, mlp.Ndcg - .05);
    }

    [Theory]
    [InlineData(new[] { 64, 32 })]
    [InlineData(new[] { 7 })]
    [InlineData(new int[0])]
    public void Export_AnyNetwork_ManagedInferenceEqualsTorch(int[] hiddenSizes)
    {
        var scaling = InputScaling.Of(Training.Found);
        using var network = new RankerNetwork(scaling.Count, hiddenSizes, seed: 5);
        var managed = new Ranker(network.Export(scaling));
        foreach (var example in Stopping.Found)
        {
            var inputs = new float[example.CandidateRows.Length * scaling.Count];
            scaling.Apply(example, inputs);
            using var scope = NewDisposeScope();
            var expected = network.Forward(tensor(inputs).reshape(-1, scaling.Count)).data<float>().ToArray();

            var actual = new float[example.CandidateRows.Length];
            managed.Score(example.Features, actual.Length, actual);

            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameWeights()
    {
        var options = new TrainingOptions { MaxEpochs = 3 };

        Assert.Equal(Weights(Train(options, seed: 3)), Weights(Train(options, seed: 3)));
        Assert.NotEqual(Weights(Train(options, seed: 3)), Weights(Train(options, seed: 4)));
    }

    [Fact]
    public void Train_NoBetterForThePatience_StopsAndReturnsTheBestEpoch()
    {
        var epochs = new List<RankerEpoch>();

        var fit = new RankerTrainer(new TrainingOptions { MaxEpochs = 200, Patience = 3, LearningRates = [.002] }, 1)
            .Train(Training, Stopping, epochs.Add, TestContext.Current.CancellationToken)!;

        Assert.Equal(fit.Epoch + 3, epochs.Count);
        Assert.Equal(epochs.MaxBy(epoch => epoch.Ndcg).Epoch, fit.Epoch);
        Assert.Equal(epochs.Max(epoch => epoch.Ndcg), fit.Ndcg);
    }

    [Fact]
    public void Train_SeveralStepSizes_GoesOnWithTheBestOfTheFirstEpochsAlone()
    {
        var epochs = new List<RankerEpoch>();

        var fit = new RankerTrainer(new TrainingOptions { MaxEpochs = 8, LearningRates = [1e-7, .005] }, 1)
            .Train(Training, Stopping, epochs.Add, TestContext.Current.CancellationToken)!;

        Assert.Equal(.005, fit.LearningRate);
        Assert.Equal([1, 2, 3], epochs.Where(epoch => epoch.LearningRate == 1e-7).Select(epoch => epoch.Epoch));
        Assert.Equal(Weights(Train(new TrainingOptions { MaxEpochs = 8, LearningRates = [.005] })), Weights(fit));
    }

    [Fact]
    public void Train_FeaturesThatNeverVary_AreNotInputs()
    {
        var fit = Train(new TrainingOptions { MaxEpochs = 1 })!;

        Assert.Equal(FeatureSchema.Names.Take(4), fit.Model.Features);
    }

    [Fact]
    public void Train_NothingToLearnFrom_GivesNoRanker()
    {
        var trainer = new RankerTrainer(new TrainingOptions(), 1);

        Assert.Null(trainer.Train(new RankerExamples(), Stopping, null, TestContext.Current.CancellationToken));
        Assert.Null(trainer.Train(SyntheticExamples.Generate(20, 1, varies: false), Stopping, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Train_NoLaterQueries_StopsOnTheTrainingOnes()
    {
        var fit = new RankerTrainer(new TrainingOptions { MaxEpochs = 5 }, 1)
            .Train(Training, new RankerExamples(), null, TestContext.Current.CancellationToken);

        Assert.True(fit!.Ndcg > Chance);
    }

    [Fact]
    public void Train_StepSizeThatDiverges_GivesFiniteWeightsOrNone()
    {
        var fit = Train(new TrainingOptions { Loss = RankerLoss.MeanSquaredError, Optimizer = RankerOptimizer.Sgd, LearningRates = [10] });

        fit?.Model.Validate();
    }

    [Fact]
    public void Train_Cancelled_Throws()
    {
        var trainer = new RankerTrainer(new TrainingOptions(), 1);

        Assert.Throws<OperationCanceledException>(() => trainer.Train(Training, Stopping, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void LossOf_PaddedCandidates_CountsOnlyThoseThatAreThere()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new float[] { 1, 2, 50, 0, 1, 0 }).reshape(2, 3);
        var batch = new RankerBatch(scores, tensor(new float[] { 1, 1, 0, 1, 1, 1 }).reshape(2, 3), tensor(new float[] { 0, 1, 0, 1, 0, 0 }).reshape(2, 3));

        // −log softmax: query 1 of (1, 2) at 2; query 2 of (0, 1, 0) at the first 0.
        var listwise = (Math.Log(1 + Math.Exp(-1)) + Math.Log(2 + Math.E)) / 2;
        Assert.Equal(listwise, RankerTrainer.LossOf(RankerLoss.ListwiseSoftmax, scores, batch).item<float>(), 1e-5);
        Assert.Equal((1 + 1 + 1 + 1 + 0) / 5.0, RankerTrainer.LossOf(RankerLoss.MeanSquaredError, scores, batch).item<float>(), 1e-5);
        var softplus = (double x) => Math.Log(1 + Math.Exp(x));
        var entropy = (softplus(1) + softplus(-2) + softplus(-0) + softplus(1) + softplus(0)) / 5;
        Assert.Equal(entropy, RankerTrainer.LossOf(RankerLoss.CrossEntropy, scores, batch).item<float>(), 1e-5);
    }

    [Fact]
    public void LossOf_TwoTargets_ShareTheirQueryEvenly()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new float[] { 1, 2, 0 }).reshape(1, 3);
        var batch = new RankerBatch(scores, ones(1, 3), tensor(new float[] { 1, 0, 1 }).reshape(1, 3));

        // −(½ log softmax at 1 + ½ log softmax at 0) of (1, 2, 0).
        var expected = Math.Log(Math.E + Math.Exp(2) + 1) - .5;
        Assert.Equal(expected, RankerTrainer.LossOf(RankerLoss.ListwiseSoftmax, scores, batch).item<float>(), 1e-5);
    }

    private static RankerFit? Train(TrainingOptions options, int seed = 1) =>
        new RankerTrainer(options, seed).Train(Training, Stopping, null, TestContext.Current.CancellationToken);

    private static IEnumerable<float> Weights(RankerFit? fit) => fit!.Model.Layers.SelectMany(layer => layer.Weights.Concat(layer.Bias));
}
