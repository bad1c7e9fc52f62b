using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CsCheck;

namespace RecActors.ItemToItem;

public sealed class PairRowTests
{
    [Fact]
    public void Add_ManyOthersInAnyOrderWithPruning_EqualsADictionary() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[1, 4]).Array[0, 1500].Sample(
            added =>
            {
                var row = new PairRow();
                var expected = new Dictionary<int, float>();
                foreach (var (step, (other, weight)) in added.Index())
                {
                    Assert.Equal(!expected.ContainsKey(other), row.Add(other, Vector128.Create(0, 0, 0, (float)weight)));
                    expected[other] = expected.GetValueOrDefault(other) + weight;
                    if (step % 300 == 299)
                    {
                        var before = row.Count;
                        Assert.Equal(before - row.Count, row.DropWeak(bound: 0, most: 10));
                        Assert.Equal(Math.Max(0, before - 100), row.Prune(Strengths(row), keep: 100));
                        expected = expected.Where(pair => row.Others.Contains(pair.Key)).ToDictionary();
                    }
                }

                Assert.Equal(expected.OrderBy(pair => pair.Key), Contents(row).OrderBy(pair => pair.Key));
                Assert.True(row.Count == 0 || row.MaxOther >= row.Others.ToArray().Max());
            },
            iter: 30);

    [Fact]
    public void Add_WithAnyGuess_IsTheSame() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[-2, 100]).Array[0, 300].Sample(added =>
        {
            var (guessed, plain) = (new PairRow(), new PairRow());
            foreach (var (other, guess) in added)
            {
                Assert.Equal(plain.Add(other, Vector128<float>.One), guessed.Add(other, Vector128<float>.One, guess));
            }

            Assert.Equal(Contents(plain), Contents(guessed));
        });

    [Fact]
    public void Add_GuessBetweenNeighbours_IsNewOnce()
    {
        var row = new PairRow();
        row.Append(10, [1, 1, 1, 1]);
        row.Append(30, [1, 1, 1, 1]);

        Assert.True(row.Add(20, Vector128<float>.One, guess: 0));
        Assert.False(row.Add(20, Vector128<float>.One, guess: 0));
        Assert.False(row.Add(30, Vector128<float>.One, guess: 0));
        Assert.True(row.Add(40, Vector128<float>.One, guess: 1));
        Assert.True(row.Add(5, Vector128<float>.One, guess: 0));
        Assert.Equal([5, 10, 20, 30, 40], Contents(row).Select(pair => pair.Key).Order());
    }

    /// <summary>New others at their end, others anywhere that are merged into them, and pairs that give way, so that there are fewer at times.</summary>
    [Fact]
    public async Task Guess_WhileTheRowChanges_IsWithinIt()
    {
        const int Appended = 1_500, Added = 20_000, Others = 50_000;
        for (var round = 0; round < 20; round++)
        {
            var (row, most, random) = (new PairRow(), 0, new Random(round));
            var changing = Task.Run(() =>
            {
                for (var other = 0; other < Appended; other++)
                {
                    row.Append(20 * other, [1, 1, 1, 1]);
                }

                for (var step = 1; step <= Added; step++)
                {
                    row.Add(random.Next(Others), Vector128<float>.One);
                    most = Math.Max(most, row.Count);
                    if (step % 1_000 == 0)
                    {
                        row.Prune(Strengths(row), keep: random.Next(1, Appended));
                    }
                }
            }, TestContext.Current.CancellationToken);
            var (asked, least, greatest) = (new Random(-round), int.MaxValue, int.MinValue);
            do
            {
                var other = asked.Next(Others + 1);
                var guess = row.Guess(other, row.BlockOf(other));
                (least, greatest) = (Math.Min(least, guess), Math.Max(greatest, guess));
            }
            while (!changing.IsCompleted);
            await changing;
            Assert.InRange(least, 0, most - 1);
            Assert.InRange(greatest, 0, most - 1);
            AssertFindsSettled(row);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(300)]
    [InlineData(1_024)]
    [InlineData(3_000)]
    public void Guess_AnyOther_IsTheLastThatIsNotAbove(int pairs)
    {
        var row = new PairRow();
        for (var pair = 0; pair < pairs; pair++)
        {
            row.Append(3 * pair, [1, 1, 1, 1]);
        }

        // New ones behind the sorted ones, in another order, are none of its business.
        row.Add(1, Vector128<float>.One);
        for (var other = 0; other < (3 * pairs) + 2; other++)
        {
            Assert.Equal(Math.Min(other / 3, pairs - 1), row.Guess(other, row.BlockOf(other)));
        }
    }

    [Fact]
    public void Guess_AfterMergesAndPruning_FindsEverySettledPair()
    {
        var random = new Random(2);
        var row = new PairRow();
        for (var step = 0; step < 6_000; step++)
        {
            row.Add(random.Next(4_000), Vector128.Create(0, 0, 0, 1f + random.Next(3)));
            if (step % 1_500 == 1_499)
            {
                row.Prune(Strengths(row), keep: row.Count - 300);
                row.DropWeak(bound: 1, most: 200);
            }

            if (step % 500 == 0)
            {
                AssertFindsSettled(row);
            }
        }
    }

    [Fact]
    public void Guess_SettledRows_FindsEveryPair()
    {
        const int Items = 200;
        var rows = new RowBlocks<PairRow?>();
        var increments = new List<PairIncrement>();
        for (var source = 0; source < PairSearch.Together - 1; source++)
        {
            var row = rows.Slot(source) = new PairRow();
            for (var other = source; other < Items; other += source + 1)
            {
                row.Append(other, [1, 1, 1, 1]);
            }

            increments.Add(new PairIncrement(source, source + (((Items - 1 - source) / (source + 1)) * (source + 1)), 1, 1, 1));
        }

        increments.Add(new PairIncrement(Source: Items, Target: 3, 1, 1, 1));
        Span<int> places = stackalloc int[PairSearch.Together];

        PairSearch.Guess(rows, CollectionsMarshal.AsSpan(increments), amongTargets: false, mostPairs: 1_000, places);

        for (var source = 0; source < PairSearch.Together - 1; source++)
        {
            Assert.Equal(increments[source].Target, rows.Get(source)!.Others[places[source]]);
        }
    }

    [Fact]
    public void Prune_AnyRow_KeepsTheStrongest() =>
        Gen.Select(Gen.Int[0, 90].Array[1, 200], Gen.Int[1, 60]).Sample((others, keep) =>
        {
            var row = new PairRow();
            foreach (var other in others)
            {
                row.Add(other, Vector128.Create(0, 0, 0, 1f));
            }

            var strengths = Contents(row).Select(pair => pair.Value).OrderDescending().Take(keep).ToArray();
            row.Prune(Strengths(row), keep);
            Assert.Equal(strengths, Contents(row).Select(pair => pair.Value).OrderDescending());
        });

    [Fact]
    public void DropWeak_MoreWeakThanAsked_DropsAsManyAsAsked()
    {
        var row = new PairRow();
        for (var other = 0; other < 50; other++)
        {
            row.Add(other, Vector128.Create(0, 0, 0, other % 2 == 0 ? 1f : 3f));
        }

        Assert.Equal(10, row.DropWeak(bound: 2, most: 10));
        Assert.Equal(15, row.DropWeak(bound: 2, most: 100));
        Assert.Equal(25, row.Count);
        Assert.All(Contents(row), pair => Assert.Equal(3, pair.Value));
    }

    private static void AssertFindsSettled(PairRow row)
    {
        // The tail, which is looked through, is short.
        Assert.InRange(row.Count - row.Settled, 0, 32);
        for (var place = 0; place < row.Settled; place++)
        {
            Assert.Equal(place, row.Guess(row.Others[place], row.BlockOf(row.Others[place])));
        }
    }

    private static float[] Strengths(PairRow row) => [.. Enumerable.Range(0, row.Count).Select(row.Evidence)];

    private static List<KeyValuePair<int, float>> Contents(PairRow row) =>
        [.. row.Others.ToArray().Index().Select(other => KeyValuePair.Create(other.Item, row.Evidence(other.Index)))];
}
