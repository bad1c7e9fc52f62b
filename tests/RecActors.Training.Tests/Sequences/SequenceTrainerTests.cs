using Microsoft.Extensions.Logging.Abstractions;
using RecActors.Catalog;
using RecActors.LibTorch;
using RecActors.Refit;
using RecActors.Training;
using static TorchSharp.torch;

namespace RecActors.Sequences;

public sealed class SequenceTrainerTests
{
    private static readonly float[] Decays = [0f, .6f, .9f];
    private static readonly TrainingOptions Quick = new() { Dimensions = 8, SequenceSeconds = 2 };

    public SequenceTrainerTests() => TorchNativeLibrary.MakeLoadable(NullLogger.Instance);

    [Fact]
    public void Export_NetworkOfRandomNumbers_GivesTheSameVectorsInManagedCode()
    {
        var set = SyntheticSets.Tastes(users: 10, items: 60, events: 600);
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, Quick, 1), 600, 600, 1_000);
        using var network = new SequenceNetwork(pairs.Items, 8, Decays, seed: 3);
        var model = network.Export(set, pairs, Enumerable.Range(0, ActionKind.Count).ToHashSet());
        var encoder = SequenceEncoder.Bind(model, CatalogOf(set, pairs));
        using var scope = NewDisposeScope();

        var user = network.Forward(new SequenceBatches(pairs, Decays).Gather([.. Enumerable.Range(0, pairs.Learned.Length)], pairs.Learned.Span));

        for (var i = 0; i < pairs.Learned.Length; i++)
        {
            // The trainer leaves out what has faded to a thousandth; the short prefixes have nothing of the kind.
            var history = pairs.HistoryOf(pairs.Learned.Span[i], SequenceBatches.PrefixItems);
            if (history.Length <= 13)
            {
                AssertClose(user[i].data<float>().ToArray(), encoder.Encode(history)!);
            }
        }
    }

    [Fact]
    public void Loss_FewItems_IsTheCrossEntropyOfAllOfThem()
    {
        var set = SyntheticSets.Tastes(users: 4, items: 20, events: 200);
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, Quick, 1), 200, 200, 1_000);
        using var network = new SequenceNetwork(pairs.Items, 8, Decays, seed: 3);
        var outputs = network.Export(set, pairs, new HashSet<int>()).Outputs;
        using var scope = NewDisposeScope();
        float[] user = [.3f, -.2f, .1f, 0, .5f, -.4f, .2f, .1f];

        var loss = network.Loss(
            tensor(user).reshape(1, 8), tensor(new long[] { 5 }), tensor([.. Enumerable.Range(0, pairs.Items).Select(item => (long)item)])).item<float>();

        var logits = Enumerable.Range(0, pairs.Items).Select(item => Cosine(user, outputs.AsSpan(item * 8, 8).ToArray()) / .07).ToArray();
        Assert.Equal(Math.Log(logits.Sum(Math.Exp)) - logits[5], loss, 1e-4);
    }

    [Fact]
    public void Train_UsersWithTastes_FindsTheNextItemFarAboveChance()
    {
        var set = SyntheticSets.Tastes(users: 60, items: 200, events: 4_000);
        var timeline = EventTimeline.Of(set, Quick, 1);
        var pairs = SequencePairs.Of(set, timeline, 3_600, 4_000, 1_000);

        var fit = new SequenceTrainer(set, Quick, seed: 1).Train(pairs, null, null, CancellationToken.None)!;

        // Ten of two hundred items by chance: an NDCG@10 of .023.
        Assert.True(fit.Ndcg > .1, $"NDCG@10 is {fit.Ndcg}");
        fit.Model.Validate();
    }

    [Theory]
    [InlineData(1e-6, .01, .01)]
    [InlineData(.01, .01, .01)]
    [InlineData(.01, 1e-6, .01)]
    public void Train_SeveralStepSizes_GoesOnWithTheOneThatIsAhead(double first, double second, double expected)
    {
        var options = new TrainingOptions { Dimensions = 8, SequenceSeconds = 2, SequenceLearningRates = [first, second] };
        var set = SyntheticSets.Tastes(users: 60, items: 200, events: 4_000);
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, options, 1), 3_600, 4_000, 1_000);
        var passesOf = new Dictionary<double, double>();

        var fit = new SequenceTrainer(set, options, 1).Train(pairs, null, epoch => passesOf[epoch.LearningRate] = epoch.Epochs, CancellationToken.None)!;

        Assert.Equal(expected, fit.Schedule.LearningRate);
        Assert.All(passesOf.Where(tried => tried.Key != expected), tried => Assert.InRange(tried.Value, 0, 1));
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameModelToTheLastBit()
    {
        var set = SyntheticSets.Tastes(users: 20, items: 100, events: 1_200);
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, Quick, 1), 1_000, 1_200, 1_000);

        var first = new SequenceTrainer(set, Quick, 5).Train(pairs, new(2, .005), null, CancellationToken.None)!.Model;
        var second = new SequenceTrainer(set, Quick, 5).Train(pairs, new(2, .005), null, CancellationToken.None)!.Model;

        Assert.Equal(first.Inputs, second.Inputs);
        Assert.Equal(first.Outputs, second.Outputs);
        Assert.Equal(first.KindVectors, second.KindVectors);
    }

    [Theory]
    [InlineData(0, 1_200)]
    [InlineData(5, 300)]
    public void Train_WithoutBudgetOrWithTooFewPairs_GivesNothing(double seconds, int events)
    {
        var options = new TrainingOptions { Dimensions = 8, SequenceSeconds = seconds };
        var set = SyntheticSets.Tastes(users: 20, items: 100, events: events);
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, options, 1), events, events, 1_000);

        Assert.Null(new SequenceTrainer(set, options, 1).Train(pairs, null, null, CancellationToken.None));
    }

    [Fact]
    public void Train_Cancelled_StopsBeforeTheNextBatch()
    {
        var set = SyntheticSets.Tastes(users: 20, items: 100, events: 1_200);
        var pairs = SequencePairs.Of(set, EventTimeline.Of(set, Quick, 1), 1_200, 1_200, 1_000);

        Assert.Throws<OperationCanceledException>(() => new SequenceTrainer(set, Quick, 1).Train(pairs, new(1, .005), null, new CancellationToken(true)));
    }

    private static CatalogReplica CatalogOf(TrainingSet set, SequencePairs pairs)
    {
        var catalog = new CatalogReplica();
        foreach (var item in pairs.CatalogItems)
        {
            catalog.Intern(set.ItemIds[item]);
        }

        return catalog;
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));

    private static void AssertClose(float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }
}
