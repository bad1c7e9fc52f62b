using System.Runtime.Intrinsics;
using CsCheck;

namespace RecActors.ItemToItem;

/// <summary>What is added to long rows is put off. Nobody who reads them may tell.</summary>
public sealed class PairTableTests
{
    private const int Items = 200;

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    public void Add_PutOffUntilSomebodyReads_IsToTheLastBitAndPlaceWhatItIsReadAfterEach(int mostPairs) =>
        Gen.Int.Sample(
            seed =>
            {
                var options = new ItemStatisticsOptions { MaxPairsPerItem = mostPairs };
                var (late, eager) = (new ItemStatistics(options), new ItemStatistics(options));
                var random = new Random(seed);
                var putOff = 0;
                for (var action = 0; action < 400; action++)
                {
                    var target = Drawn(random);
                    int[] sources = [.. Enumerable.Range(0, 20).Select(_ => Drawn(random)).Where(source => source != target).Distinct()];
                    var counted = new ItemAction(target, 1 + random.NextSingle(), IsRepeat: false, action);
                    late.Count(counted, sources);
                    eager.Count(counted, sources);
                    putOff += late.Pairs.Peek(target)!.Late;
                    ReadAll(eager);
                }

                Assert.True(putOff > 0);
                Assert.True(late.PairCount < eager.PairCount);
                for (var row = 0; row < Items; row++)
                {
                    var (left, right) = (late.Pairs.RowOrNull(row), eager.Pairs.RowOrNull(row));
                    Assert.Equal(right?.Others.ToArray(), left?.Others.ToArray());
                    Assert.Equal(right?.Values.ToArray(), left?.Values.ToArray());
                    Assert.Equal((right?.OutMass, right?.InMass, right?.NextMass), (left?.OutMass, left?.InMass, left?.NextMass));
                    Assert.InRange(right?.Count ?? 0, 0, mostPairs);
                }

                Assert.Equal(eager.PairCount, late.PairCount);
            },
            iter: 5);

    [Fact]
    public void TryPutOff_ShortRowOrOneThatMayBecomeFull_AddsNothing()
    {
        var row = new PairRow();
        Assert.False(row.TryPutOff(1, Vector128<float>.One, mostPairs: 1_000));
        for (var other = 0; other < 96; other++)
        {
            row.Add(other, Vector128<float>.One);
        }

        Assert.True(row.TryPutOff(200, Vector128<float>.One, mostPairs: 98));
        Assert.True(row.TryPutOff(200, Vector128<float>.One, mostPairs: 98));
        Assert.False(row.TryPutOff(200, Vector128<float>.One, mostPairs: 98));

        Assert.Equal(96, row.Count);
        Assert.Equal(1, row.Settle());
        Assert.Equal(2, row.Values[96 * PairRow.Width]);
        Assert.Equal(0, row.Settle());
    }

    /// <summary>Popular items more often, so that some rows get long.</summary>
    private static int Drawn(Random random) => (int)(Items * random.NextDouble() * random.NextDouble());

    private static void ReadAll(ItemStatistics statistics)
    {
        for (var row = 0; row < Items; row++)
        {
            statistics.Pairs.RowOrNull(row);
        }
    }
}
