using CsCheck;

namespace RecActors.Ranking;

public sealed class RowBitsTests
{
    [Fact]
    public void Contains_AnyRowsOfTwoQueries_AreThoseOfTheSecond() =>
        Gen.Select(Gen.Int[0, 300].Array[0, 80], Gen.Int[0, 300].Array[0, 80], Gen.Int[1, 300]).Sample((before, rows, capacity) =>
        {
            var bits = new RowBits();
            bits.Reset(301);
            foreach (var row in before)
            {
                bits.Add(row);
            }

            bits.Reset(capacity);
            foreach (var row in rows)
            {
                bits.Add(row);
            }

            Assert.All(Enumerable.Range(0, 301), row => Assert.Equal(rows.Contains(row), bits.Contains(row)));
        });

    [Fact]
    public void Add_RowThatCameAfterTheReset_IsIgnored()
    {
        var bits = new RowBits();
        bits.Reset(64);

        bits.Add(64);

        Assert.False(bits.Contains(64));
    }
}
