using RecActors.Feedback;

namespace RecActors.Interest;

public sealed class FoldInPoolTests
{
    private static readonly ArrayVectors Vectors = ArrayVectors.Random(20, 8, seed: 1);
    private readonly FoldIn _foldIn = CreateFoldIn();

    [Fact]
    public void Encode_UserSeenBefore_IsAHitAndEqualsFromScratch()
    {
        var pool = new FoldInPool(4);
        var history = new UserHistory();
        for (var row = 0; row < 10; row++)
        {
            history.Add(new(row, 1, Polarity.Positive, row));
            var pooled = pool.Encode("ann", _foldIn, Vectors, history.NewestFirst.AsSpan());
            var scratch = _foldIn.Encode(history.NewestFirst.AsSpan(), Vectors);
            Assert.All(pooled[1].Zip(scratch[1]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }

        Assert.Equal((9, 1), (pool.Hits, pool.Misses));
    }

    [Fact]
    public void Encode_MoreUsersThanCapacity_KeepsTheLastUsed()
    {
        var pool = new FoldInPool(2);
        foreach (var user in new[] { "ann", "bob", "ann", "eve", "ann", "bob" })
        {
            pool.Encode(user, _foldIn, Vectors, [new(1, 1, Polarity.Positive, 0)]);
        }

        Assert.Equal(2, pool.Count);
        Assert.Equal((2, 4), (pool.Hits, pool.Misses));
    }

    [Fact]
    public void Encode_AnotherModel_IsAMiss()
    {
        var pool = new FoldInPool(2);
        pool.Encode("ann", _foldIn, Vectors, []);
        pool.Encode("ann", CreateFoldIn(), Vectors, []);
        Assert.Equal((0, 2), (pool.Hits, pool.Misses));
        Assert.Equal(1, pool.Count);
    }

    [Fact]
    public async Task Encode_ManyThreadsOnFewUsers_AllAnswersAreRight()
    {
        var pool = new FoldInPool(3);
        HistoryItem[][] histories =
            [.. Enumerable.Range(0, 5).Select(user => Enumerable.Range(user, 6).Select(row => new HistoryItem(row, 1, Polarity.Positive, 0)).ToArray())];
        float[][] expected = [.. histories.Select(history => _foldIn.Encode(history, Vectors)[1])];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                var user = ((worker * 7) + i) % 5;
                var actual = pool.Encode($"user{user}", _foldIn, Vectors, histories[user])[1];
                Assert.All(actual.Zip(expected[user]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
            }
        })));
        Assert.InRange(pool.Count, 1, 3);
        Assert.Equal(2000, pool.Hits + pool.Misses);
    }

    private static FoldIn CreateFoldIn() =>
        new(new FoldInParameters(8, 0.1f, 0.01f, 1f, [1f, 0.8f], 50, 20), Vectors.Gram());
}
