using CsCheck;

namespace RecActors.Retrieval;

public sealed class TopRowsTests
{
    [Fact]
    public void Sort_AnyStream_IsThePrefixOfTheSortedStream()
    {
        // One heap for all samples: what it kept before must not show.
        var top = new TopRows();
        Gen.Select(Gen.Int[-5, 5].Array[0, 300], Gen.Int[0, 40]).Sample(
            (scores, k) =>
            {
                top.Reset(k);
                for (var row = 0; row < scores.Length; row++)
                {
                    top.Offer(row, scores[row]);
                }

                var expected = scores.Select((score, row) => (score, row)).OrderByDescending(x => x.score).ThenBy(x => x.row).Take(k).Select(x => x.row);
                Assert.Equal(expected, top.Sort().ToArray().Select(RowOrder.RowOf));
            },
            threads: 1);
    }

    [Fact]
    public void Threshold_FullHeap_IsTheWorstKeptScore()
    {
        var top = new TopRows(2);
        Assert.Equal(float.NegativeInfinity, top.Threshold);
        top.Offer(1, 5f);
        top.Offer(2, float.NaN);
        top.Offer(3, -1f);
        Assert.Equal(-1f, top.Threshold);
        top.Offer(4, 2f);
        Assert.Equal(2f, top.Threshold);
        Assert.Equal([new ScoredRow(1, 5f), new ScoredRow(4, 2f)], top.ToSortedArray());
    }
}
