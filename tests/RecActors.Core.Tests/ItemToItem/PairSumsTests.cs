using System.Runtime.Intrinsics;
using CsCheck;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.ItemToItem;

public sealed class PairSumsTests
{
    private const int Rows = 90;

    /// <summary>Of so many rows only the touched ones have sums.</summary>
    private const int ManyRows = 5_000_000;

    private static readonly float[] Extremes = [0, float.Epsilon, 1e-38f, 1 << 24, 1e15f];

    [Fact]
    public void Add_SixteenAtOnce_IsToTheBitWhatEachByItselfAdds()
    {
        Assert.SkipUnless(PairSums512.IsSupported, "This processor has no AVX-512.");
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, PairSums512.Pairs - 1], Gen.Int).Sample((groups, over, seed) =>
        {
            var random = new Random(seed);
            var (pairs, before) = (groups * PairSums512.Pairs, random.Next(3));
            var others = Others(random, pairs + over);
            var (roots, values, weights) = (Draw(random, Rows), Draw(random, others.Length * PairRow.Width), Weights(random));
            var by = new PairWeights(random.NextSingle() * 30, roots, weights);
            var (one, sixteen) = (new Sums(), new Sums());
            for (var time = 0; time <= before; time++)
            {
                one.Count = PairSums.Add(others.AsSpan(0, pairs), values, by, ref one.Values[0], ref one.Touched[0], one.Count);
                sixteen.Count = PairSums512.Add(others, values, by, ref sixteen.Values[0], ref sixteen.Touched[0], sixteen.Count);
            }

            Assert.Equal(one.Bits, sixteen.Bits);
            Assert.Equal(one.Touched.AsSpan(0, one.Count), sixteen.Touched.AsSpan(0, sixteen.Count));
        });
    }

    [Theory]
    [InlineData(Rows, Rows)]
    [InlineData(Rows / 2, Rows)]
    [InlineData(0, Rows)]
    [InlineData(Rows, ManyRows)]
    [InlineData(Rows / 2, ManyRows)]
    public void Add_AnyNumberOfPairs_IsWhatTheDefinitionSays(int rooted, int capacity) => Gen.Select(Gen.Int[0, Rows], Gen.Int).Sample((pairs, seed) =>
    {
        // Roots may be those of fewer rows: what was never seen alone has a root of 0.
        var random = new Random(seed);
        var (roots, weights, root) = (Draw(random, rooted), Weights(random), random.NextSingle() * 30);
        var others = Enumerable.Range(0, Rows).ToArray();
        random.Shuffle(others);
        var row = new PairRow();
        var (expected, scores) = (new Dictionary<int, float[]>(), new ItemToItemScores());
        foreach (var other in others.Take(pairs))
        {
            var pair = Draw(random, PairRow.Width);
            row.Add(other, Vector128.Create(pair));
            var cosine = pair[PairRow.Cooccurrence] / ((root * (other < rooted ? roots[other] : 0)) + 5);
            expected[other] =
            [
                pair[PairRow.Out] * weights[0], pair[PairRow.Out] * weights[1], pair[PairRow.Next] * weights[2],
                (pair[PairRow.Out] + pair[PairRow.In]) * weights[3], cosine * weights[4], cosine * weights[5],
            ];
        }

        scores.EnsureCapacity(capacity);
        scores.Add(row, new PairWeights(root, roots, weights), next: null);

        Assert.Equal(row.Others, scores.Touched);
        foreach (var signal in Enum.GetValues<ItemToItemSignal>())
        {
            Assert.All(others, other => Assert.Equal(expected.GetValueOrDefault(other)?[(int)signal] ?? 0, scores[signal, other]));
            Assert.All(others, other => Assert.Equal(scores[signal, other], scores.Of(other)[(int)signal]));
        }

        scores.Clear();
        Assert.All(others, other => Assert.Equal(Vector256<float>.Zero, scores.Of(other)));
    });

    [Fact]
    public void Add_RowsThatBecomeManyMeanwhile_IsWhatIsAddedToMany() => Gen.Select(Gen.Int[1, 12], Gen.Int[0, 12], Gen.Int[1, 400], Gen.Int).Sample(
        (items, few, pairs, seed) =>
        {
            var random = new Random(seed);
            var (becoming, many) = (new ItemToItemScores(), new ItemToItemScores());
            var roots = Draw(random, Rows);
            for (var query = 0; query < 2; query++)
            {
                many.EnsureCapacity(ManyRows);
                for (var item = 0; item < items; item++)
                {
                    var row = new PairRow();
                    for (var pair = 0; pair < pairs; pair++)
                    {
                        row.Add(random.Next(item < few ? 2_000 : ManyRows), Vector128.Create(Draw(random, PairRow.Width)));
                    }

                    var (root, weights) = (random.NextSingle() * 30, Weights(random));
                    becoming.EnsureCapacity(row.MaxOther + 1);
                    becoming.Add(row, new PairWeights(root, roots, weights), next: null);
                    many.Add(row, new PairWeights(root, roots, weights), next: null);
                }

                Assert.Equal(many.Touched, becoming.Touched);
                Assert.All(many.Touched.ToArray(), row => Assert.Equal(many.Of(row), becoming.Of(row)));
                Assert.Equal(Best(many), Best(becoming));
                becoming.Clear();
                many.Clear();
                Assert.True(becoming.Touched.IsEmpty);
            }
        },
        iter: 30);

    [Theory]
    [InlineData(Rows)]
    [InlineData(ManyRows)]
    public void Add_OthersBeyondTheRoom_Throws(int rows)
    {
        var row = new PairRow();
        row.Add(rows, Vector128<float>.One);
        var scores = new ItemToItemScores();
        scores.EnsureCapacity(rows);

        Assert.Throws<ArgumentOutOfRangeException>(() => scores.Add(row, new PairWeights(1, [], Vector256<float>.One), next: null));
    }

    private static int[] Best(ItemToItemScores scores)
    {
        var (transitions, cooccurrences) = (new BestRows(), new BestRows());
        scores.CollectTop(7, default(AnyRow), transitions, cooccurrences);
        var rows = new int[7];
        return [.. rows[..transitions.CopyRows(rows)], .. rows[..cooccurrences.CopyRows(rows)]];
    }

    /// <summary>Some of them more than once.</summary>
    private static int[] Others(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Rows))];

    private static float[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? Extremes[random.Next(Extremes.Length)] : random.NextSingle() * 50)];

    private static Vector256<float> Weights(Random random) => Vector256.Create(
        random.NextSingle(), random.NextSingle(), random.Next(2), random.NextSingle(), random.NextSingle(), random.NextSingle(), 0, 0);

    private sealed class Sums
    {
        public readonly float[] Values = new float[Rows * PairSums.Width];
        public readonly int[] Touched = new int[Rows + 1];
        public int Count;

        public IEnumerable<int> Bits => Values.Select(BitConverter.SingleToInt32Bits);
    }
}
