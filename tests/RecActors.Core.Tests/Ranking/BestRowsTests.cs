using CsCheck;
using RecActors.Retrieval;

namespace RecActors.Ranking;

public sealed class BestRowsTests
{
    [Fact]
    public void Sort_AnyOffersInAnyOrder_AreThoseOfSortingThemAll() =>
        Gen.Select(Gen.Int[0, 90], Gen.Int[0, 600], Gen.Int[1, 40]).Sample((capacity, offers, values) =>
        {
            // Few values: most scores are equal, and the row decides.
            var random = new Random(offers);
            var rows = Enumerable.Range(0, offers).ToArray();
            random.Shuffle(rows);
            var best = new BestRows();
            best.Reset(5);
            best.Offer(0, 1);
            best.Reset(capacity);
            foreach (var row in rows)
            {
                best.Offer(row, ScoreOf(row));
            }

            var expected = rows.Where(row => !float.IsNaN(ScoreOf(row)))
                .OrderByDescending(ScoreOf).ThenBy(row => row).Take(capacity).ToArray();
            Assert.Equal(expected, best.Sort().ToArray().Select(RowOrder.RowOf));

            float ScoreOf(int row) => row % 17 == 3 ? float.NaN : (row * 31 % values) - 5;
        });

    [Fact]
    public void Offer_SomeNotWanted_LeavesThemOut() =>
        Gen.Select(Gen.Int[0, 90], Gen.Int[0, 600], Gen.Int[1, 40]).Sample((capacity, offers, values) =>
        {
            var (best, wanted) = (new BestRows(), new BestRows());
            best.Reset(capacity);
            wanted.Reset(capacity);
            for (var row = 0; row < offers; row++)
            {
                var (score, isWanted) = (row * 31 % values, row * 7 % 5 < 3);
                best.Offer(row, score, isWanted ? 1u : 0);
                if (isWanted)
                {
                    wanted.Offer(row, score);
                }
            }

            Assert.Equal(wanted.Sort().ToArray(), best.Sort().ToArray());
        });

    [Fact]
    public void Sort_WithAFilter_HasTheBestThatItAcceptsAndAsksNoFurther()
    {
        var best = new BestRows();
        best.Reset(300);
        for (var row = 0; row < 300; row++)
        {
            best.Offer(row, row * 7919 % 300);
        }

        var asked = new List<int>();
        var accepted = best.Sort(new PredicateRows(row =>
        {
            asked.Add(row);
            return row % 2 == 0;
        }), 10).ToArray();

        Assert.Equal(Enumerable.Range(0, 300).Where(row => row % 2 == 0).OrderByDescending(row => row * 7919 % 300).Take(10), accepted.Select(RowOrder.RowOf));
        Assert.Equal(accepted[^1], RowOrder.KeyOf(asked[^1] * 7919 % 300, asked[^1]));
        Assert.Equal(150, best.Sort(new PredicateRows(row => row % 2 == 0), 1_000).Length);
    }

    [Fact]
    public void Worst_BetweenOffers_IsThatOfThoseKeptAndLosesNone() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 900], Gen.Int[1, 200], Gen.Int[1, 60]).Sample((capacity, offers, every, values) =>
        {
            var random = new Random(offers);
            var best = new BestRows();
            best.Reset(capacity);
            var offered = new List<ScoredRow>();
            for (var row = 0; row < offers; row++)
            {
                offered.Add(new ScoredRow(row, random.Next(values)));
                best.Offer(row, offered[row].Score);
                if (row % every == 0 && capacity > 0)
                {
                    Assert.Equal(offered.Count < capacity ? float.NegativeInfinity : Best()[^1].Score, best.Worst());
                }
            }

            Assert.Equal(Best(), best.ToSortedArray());

            ScoredRow[] Best() => [.. offered.OrderByDescending(row => row.Score).ThenBy(row => row.Row).Take(capacity)];
        }, iter: 60);

    [Fact]
    public void Threshold_NeverKeepsABetterRowOut()
    {
        var best = new BestRows();
        best.Reset(40);
        for (var row = 0; row < 1000; row++)
        {
            var score = row * 7919 % 1000;
            if (score >= best.Threshold)
            {
                best.Offer(row, score);
            }
        }

        Assert.Equal(Enumerable.Range(960, 40).Reverse().Select(score => (float)score), best.Sort().ToArray().Select(RowOrder.ScoreOf));
    }
}
