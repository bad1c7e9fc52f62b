using CsCheck;

namespace RecActors.Retrieval;

public sealed class RowOrderTests
{
    private static readonly Gen<(float Score, int Row)> Pairs = Gen.Select(
        Gen.OneOf(Gen.Float, Gen.Const(0f), Gen.Const(-0f), Gen.Const(float.PositiveInfinity), Gen.Const(float.NegativeInfinity)), Gen.Int[0, int.MaxValue]);

    [Fact]
    public void KeyOf_AnyTwoPairs_OrdersByScoreThenRow() =>
        Gen.Select(Pairs, Pairs).Where((a, b) => !float.IsNaN(a.Score) && !float.IsNaN(b.Score)).Sample((a, b) =>
        {
            var expected = a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Row.CompareTo(b.Row);
            Assert.Equal(expected, RowOrder.KeyOf(a.Score, a.Row).CompareTo(RowOrder.KeyOf(b.Score, b.Row)));
        });

    [Fact]
    public void KeyOf_AnyPair_GivesBothBack() =>
        Pairs.Where(pair => !float.IsNaN(pair.Score)).Sample(pair =>
        {
            var key = RowOrder.KeyOf(pair.Score, pair.Row);
            Assert.Equal(pair.Row, RowOrder.RowOf(key));
            Assert.True(pair.Score == RowOrder.ScoreOf(key));
        });

    [Fact]
    public void KeyOf_NaN_SortsLast() =>
        Assert.True(RowOrder.KeyOf(float.NaN, 1) > RowOrder.KeyOf(float.MinValue, 2));
}
