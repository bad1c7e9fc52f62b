using System.Runtime.Intrinsics;
using CsCheck;

namespace RecActors.ItemToItem;

public sealed class PairSumsTests
{
    private const int Rows = 90;

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
    [InlineData(Rows)]
    [InlineData(Rows / 2)]
    [InlineData(0)]
    public void Add_AnyNumberOfPairs_IsWhatTheDefinitionSays(int rooted) => Gen.Select(Gen.Int[0, Rows], Gen.Int).Sample((pairs, seed) =>
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

        scores.EnsureCapacity(Rows);
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
    public void Add_OthersBeyondTheRoom_Throws()
    {
        var row = new PairRow();
        row.Add(Rows, Vector128<float>.One);
        var scores = new ItemToItemScores();
        scores.EnsureCapacity(Rows);

        Assert.Throws<ArgumentOutOfRangeException>(() => scores.Add(row, new PairWeights(1, [], Vector256<float>.One), next: null));
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
