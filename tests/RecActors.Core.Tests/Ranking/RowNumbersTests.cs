using CsCheck;

namespace RecActors.Ranking;

public sealed class RowNumbersTests
{
    [Fact]
    public void TryGet_AnyRowsInSeveralQueries_AsADictionary() =>
        Gen.Select(Gen.Int[0, 5_000], Gen.Int).Array[0, 4_000].Array[1, 3].Sample(
            queries =>
            {
                var numbers = new RowNumbers();
                foreach (var query in queries)
                {
                    numbers.Reset();
                    var expected = new Dictionary<int, int>();
                    foreach (var (row, number) in query)
                    {
                        Assert.Equal(expected.TryGetValue(row, out var known), numbers.TryGet(row, out var found));
                        Assert.Equal(expected.ContainsKey(row) ? known : -1, found);
                        expected.TryAdd(row, number);
                        Assert.Equal(expected[row], numbers.GetOrAdd(row, number));
                    }

                    Assert.All(expected, pair => Assert.True(numbers.TryGet(pair.Key, out var found) && found == pair.Value));
                }
            },
            iter: 20);
}
