using CsCheck;
using RecActors.Feedback;

namespace RecActors.Interest;

public sealed class FoldInTests
{
    private const int Items = 40;

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(64)]
    public void Encode_RandomStreamWithRepeatsDislikesRemovalsAndEvictions_EqualsBatchSolve(int dimensions)
    {
        var (foldIn, vectors, gram) = Model(dimensions, window: 12);
        var step = Gen.Select(Gen.Int[0, Items - 1], Gen.Single[0.05f, 1f], Gen.Int[0, 9]);
        step.Array[1, 100].Sample(
            steps =>
            {
                var history = new UserHistory(12);
                var state = foldIn.CreateState();
                for (var i = 0; i < steps.Length; i++)
                {
                    var (row, weight, kind) = steps[i];
                    if (kind == 0)
                    {
                        history.Remove(row);
                    }
                    else
                    {
                        history.Add(new HistoryItem(row, weight, kind < 3 ? Polarity.Negative : Polarity.Positive, i));
                    }

                    // Now and then several actions pass between two solves.
                    if (kind != 9 || i == steps.Length - 1)
                    {
                        AssertEqualsBatch(foldIn, gram, history.NewestFirst, vectors, foldIn.Encode(history.NewestFirst.AsSpan(), vectors, state));
                    }
                }
            },
            iter: 20);
    }

    [Fact]
    public void Encode_ThousandsOfStepsWithoutRest_DoesNotDrift()
    {
        var (foldIn, vectors, gram) = Model(64, window: 20);
        var random = new Random(3);
        var history = new UserHistory(20);
        var state = foldIn.CreateState();
        for (var i = 0; i < 3000; i++)
        {
            history.Add(new HistoryItem(random.Next(Items), 1, Polarity.Positive, i));
            foldIn.Encode(history.NewestFirst.AsSpan(), vectors, state);
        }

        AssertEqualsBatch(foldIn, gram, history.NewestFirst, vectors, foldIn.Encode(history.NewestFirst.AsSpan(), vectors, state));
    }

    [Fact]
    public void Encode_StateSummedFromScratch_EqualsTheStatelessEncodingToTheLastBit()
    {
        var (foldIn, vectors, _) = Model(64, window: 20);
        HistoryItem[] history = [.. Enumerable.Range(0, 20).Select(row => new HistoryItem(row, 0.3f + (0.03f * row), Polarity.Positive, row))];

        Assert.Equal(foldIn.Encode(history, vectors), foldIn.Encode(history, vectors, foldIn.CreateState()));
    }

    [Fact]
    public void Encode_HistoryLongerThanWindow_IgnoresWhatIsBeyond()
    {
        var (foldIn, vectors, gram) = Model(16, window: 8);
        HistoryItem[] history = [.. Enumerable.Range(0, 30).Select(row => new HistoryItem(row, 1, Polarity.Positive, 0))];
        AssertEqualsBatch(foldIn, gram, history, vectors, foldIn.Encode(history, vectors));
    }

    [Fact]
    public void Encode_ItemGivenAnotherVector_SumsFromScratch()
    {
        var (foldIn, vectors, gram) = Model(16, window: 8);
        HistoryItem[] history = [.. Enumerable.Range(0, 8).Select(row => new HistoryItem(row, 1, Polarity.Positive, 0))];
        var state = foldIn.CreateState();
        foldIn.Encode(history, vectors, state);

        vectors.Values.AsSpan(3 * 16, 16).Fill(0.25f);

        AssertEqualsBatch(foldIn, gram, history, vectors, foldIn.Encode(history, vectors, state));
    }

    [Fact]
    public void Encode_NoHistory_IsZero()
    {
        var (foldIn, vectors, _) = Model(16, window: 8);
        Assert.All(foldIn.Encode([], vectors), embedding => Assert.All(embedding, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Encode_StateOfAnotherModel_IsRefused()
    {
        var (foldIn, vectors, _) = Model(16, window: 8);
        var (other, _, _) = Model(16, window: 8);
        Assert.Throws<ArgumentException>(() => foldIn.Encode([], vectors, other.CreateState()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Explain_LikedAndDislikedItems_SharesAddUpToTheScore(int decay)
    {
        var (foldIn, vectors, _) = Model(64, window: 30);
        HistoryItem[] history =
            [.. Enumerable.Range(0, 30).Select(row => new HistoryItem(row, 1f / (1 + (row % 3)), row % 5 == 0 ? Polarity.Negative : Polarity.Positive, 0))];
        var embedding = foldIn.Encode(history, vectors)[decay];
        var explainer = foldIn.Explain(history, vectors, decay);
        var shares = new float[explainer.Count];
        for (var item = 0; item < Items; item++)
        {
            explainer.Contributions(vectors.Row(item), shares);
            var score = embedding.Zip(vectors.Row(item).ToArray(), (u, v) => (double)u * v).Sum();
            Assert.Equal(score, shares.Sum(share => (double)share), 1e-5);
            Assert.All(history.Index().Where(h => h.Item.Polarity == Polarity.Negative), h => Assert.Equal(0, shares[h.Index]));
        }
    }

    private static (FoldIn FoldIn, ArrayVectors Vectors, float[] Gram) Model(int dimensions, int window)
    {
        var vectors = ArrayVectors.Random(Items, dimensions, seed: 7);
        var gram = vectors.Gram();
        return (new FoldIn(new FoldInParameters(dimensions, 0.1f, 0.01f, 0.9f, [1f, 0.8f], window, Items), gram), vectors, gram);
    }

    private static void AssertEqualsBatch(
        FoldIn foldIn, float[] gram, IReadOnlyList<HistoryItem> newestFirst, IItemVectors vectors, float[][] actual)
    {
        for (var decay = 0; decay < actual.Length; decay++)
        {
            var expected = BatchFoldIn.Solve(foldIn.Parameters, gram, newestFirst, vectors, foldIn.Parameters.Decays[decay]);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i], actual[decay][i], 1e-4);
            }
        }
    }
}
