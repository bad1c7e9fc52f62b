using CsCheck;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Retrieval;

namespace RecActors.Sequences;

public sealed class SequenceEncoderTests
{
    private const int Rows = 60;
    private const int KnownRows = 50;
    private const int Dimensions = 24;

    [Theory]
    [InlineData(12)]
    [InlineData(200)]
    public void Encode_AnyStreamWithRepeatsDislikesRemovalsAndEvictions_EqualsTheDefinition(int window)
    {
        var (encoder, model) = Bound();
        var step = Gen.Select(Gen.Int[0, Rows - 1], Gen.Single[0.01f, 1f], Gen.Int[0, 9]);
        step.Array[1, 300].Sample(
            steps =>
            {
                var history = new UserHistory(window);
                var state = encoder.CreateState();
                for (var i = 0; i < steps.Length; i++)
                {
                    var (row, weight, kind) = steps[i];
                    if (kind == 0)
                    {
                        history.Remove(row, "a");
                    }
                    else
                    {
                        history.Add(new HistoryItem(row, weight, kind < 3 ? Polarity.Negative : Polarity.Positive, i), kind % 2 == 0 ? "a" : "b");
                    }

                    // Now and then several actions pass between two questions.
                    if (kind < 7 || i == steps.Length - 1)
                    {
                        AssertClose(Defined(model, history.NewestFirst.AsSpan()), encoder.Encode(history.NewestFirst.AsMemory(), state));
                    }
                }
            },
            iter: 25);
    }

    [Fact]
    public void Encode_ThousandsOfActions_DoesNotDriftFromTheStateRebuiltFromHistory()
    {
        var (encoder, _) = Bound(rows: 400);
        var random = new Random(5);
        var history = new UserHistory();
        var state = encoder.CreateState();
        for (var i = 0; i < 5_000; i++)
        {
            history.Add(new HistoryItem(random.Next(400), 1, Polarity.Positive, i));
            AssertClose(encoder.Encode(history.NewestFirst.AsMemory()), encoder.Encode(history.NewestFirst.AsMemory(), state));
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(64)]
    public void Push_AnyDimensions_FadesAndAddsToTheBit(int dimensions)
    {
        var catalog = new CatalogReplica();
        var state = SequenceEncoder.Bind(SampleSequences.Create(["a"], dimensions, seed: 5), catalog).CreateState();
        var random = new Random(dimensions);
        float[] decays = [0, .6f, .9f];
        var expected = decays.Select(_ => new float[dimensions]).ToArray();
        for (var push = 0; push < 50; push++)
        {
            var input = Enumerable.Range(0, dimensions).Select(_ => random.NextSingle() - .5f).ToArray();
            expected = [.. expected.Zip(decays, (sum, decay) => sum.Zip(input, (value, added) => (value * decay) + added).ToArray())];

            state.Push(decays, input);
        }

        Assert.Equal(expected, state.Sums);
    }

    [Fact]
    public void Encode_OneAction_IsTheMixedInput()
    {
        var (encoder, model) = Bound();

        var user = encoder.Encode(new[] { new HistoryItem(3, 0.5f, Polarity.Positive, 0) });

        // 0.5 is in the middle third of the likes. With one action h / w is the input in every timescale.
        for (var i = 0; i < Dimensions; i++)
        {
            var input = (model.KindGains[1] * model.Inputs[(3 * Dimensions) + i]) + model.KindVectors[Dimensions + i];
            var mix = model.Mixing[i] + model.Mixing[Dimensions + i] + model.Mixing[(2 * Dimensions) + i];
            Assert.Equal(mix * input, user![i], 1e-5);
        }
    }

    [Fact]
    public void Encode_OnlyItemsThatTheModelDoesNotKnow_SaysNothing()
    {
        var (encoder, _) = Bound();

        Assert.Null(encoder.Encode(new[] { new HistoryItem(KnownRows, 1, Polarity.Positive, 0) }));
        Assert.Null(encoder.Encode(ReadOnlyMemory<HistoryItem>.Empty));
        Assert.Equal(float.NaN, encoder.Score(new float[Dimensions], KnownRows));
    }

    [Fact]
    public void Score_ManyRows_IsThatOfEachToTheLastBit()
    {
        var (encoder, model) = Bound();
        int[] rows = [.. Enumerable.Range(0, KnownRows), KnownRows, 1];
        foreach (var user in new[] { model.Outputs.AsSpan(0, Dimensions).ToArray(), new float[Dimensions] })
        {
            var scores = new float[rows.Length];
            encoder.Score(user, rows, scores);
            Assert.Equal(rows.Select(row => encoder.Score(user, row)), scores);
        }
    }

    [Fact]
    public void Encode_StateOfAnotherModel_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Bound().Encoder.Encode(ReadOnlyMemory<HistoryItem>.Empty, Bound().Encoder.CreateState()));

    [Fact]
    public void Score_ItemsBoundInAnotherOrderThanTheirRows_AreFoundByTheirRows()
    {
        var catalog = new CatalogReplica();
        foreach (var id in new[] { "c", "other", "a", "b" })
        {
            catalog.Intern(id);
        }

        var model = SampleSequences.Create(["a", "b", "c"], Dimensions, seed: 1);
        var encoder = SequenceEncoder.Bind(model, catalog);
        var user = model.Outputs.AsSpan(Dimensions, Dimensions).ToArray();

        Assert.Equal(1f, encoder.Score(user, row: 3), 1e-5);
        Assert.Equal(Similarity.Cosine.Score(user, model.Outputs.AsSpan(2 * Dimensions)), encoder.Score(user, row: 0));
        Assert.Equal([0, 2, 3], Enumerable.Range(0, 3).Select(encoder.RowOf));
    }

    [Fact]
    public void Validate_DecayOfOne_IsRefused() => Assert.Throws<InvalidDataException>(
        () => (SampleSequences.Create(["a"], 2, 1) with { Decays = [0, 0.5f, 1] }).Validate());

    /// <summary>u as the formula has it, in doubles.</summary>
    private static float[]? Defined(SequenceModel model, ReadOnlySpan<HistoryItem> newestFirst)
    {
        var known = newestFirst.ToArray().Where(item => item.Row < KnownRows).ToArray();
        if (known.Length == 0)
        {
            return null;
        }

        var user = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            var total = 0d;
            for (var g = 0; g < model.Decays.Length; g++)
            {
                var (h, w) = (0d, 0d);
                foreach (var item in known.Reverse())
                {
                    var kind = (item.Polarity == Polarity.Negative ? 3 : 0) + (item.Weight <= 1 / 3f ? 0 : item.Weight <= 2 / 3f ? 1 : 2);
                    h = (model.Decays[g] * h) + (model.KindGains[kind] * model.Inputs[(item.Row * Dimensions) + i]) + model.KindVectors[(kind * Dimensions) + i];
                    w = (model.Decays[g] * w) + 1;
                }

                total += model.Mixing[(g * Dimensions) + i] * h / w;
            }

            user[i] = (float)total;
        }

        return user;
    }

    private static void AssertClose(float[]? expected, float[]? actual)
    {
        Assert.Equal(expected is null, actual is null);
        for (var i = 0; i < (expected?.Length ?? 0); i++)
        {
            Assert.Equal(expected![i], actual![i], 1e-4);
        }
    }

    private static (SequenceEncoder Encoder, SequenceModel Model) Bound(int rows = KnownRows)
    {
        var catalog = new CatalogReplica();
        var ids = Enumerable.Range(0, Math.Max(rows, Rows)).Select(i => $"i{i}").ToArray();
        foreach (var id in ids)
        {
            catalog.Intern(id);
        }

        var model = SampleSequences.Create(ids[..rows], Dimensions, seed: 7);
        return (SequenceEncoder.Bind(model, catalog), model);
    }
}
