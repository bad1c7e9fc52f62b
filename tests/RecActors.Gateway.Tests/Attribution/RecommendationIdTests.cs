using System.Buffers.Text;
using CsCheck;

namespace RecActors.Attribution;

public sealed class RecommendationIdTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly Gen<RecommendationId> Ids =
        from list in Gen.Int[0, 2]
        from model in Gen.Long[0, long.MaxValue]
        from time in Gen.Long[0, long.MaxValue]
        from user in Gen.ULong
        from items in Gen.UInt.Array[0, RecommendationId.MaxItems]
        from isDrawn in Gen.Bool
        select new RecommendationId
        {
            List = (RecommendedList)list,
            ModelVersion = model,
            TimestampMs = time,
            User = user,
            Items = items,
            Propensities = isDrawn ? [.. items.Select(item => item / (float)uint.MaxValue)] : [],
        };

    [Fact]
    public void Read_WhatWasSigned_IsTheSame() => Ids.Sample(id =>
    {
        var text = id.Sign(Key);
        var read = RecommendationId.Read(text, Key);

        Assert.InRange(text.Length, 1, RecommendationId.MaxLength);
        Assert.NotEqual(0ul, read!.Answer);
        Assert.Equivalent(id, read with { Answer = 0 }, strict: true);
    }, iter: 300);

    [Fact]
    public void Read_AnyBitChanged_IsNothing() => Gen.Select(Ids, Gen.Int[0, 100_000]).Sample(
        (id, bit) =>
        {
            var bytes = Base64Url.DecodeFromChars(id.Sign(Key));
            bytes[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));

            Assert.Null(RecommendationId.Read(Base64Url.EncodeToString(bytes), Key));
        },
        iter: 300);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Read_AnythingElse_IsNothing(string text) => Assert.Null(RecommendationId.Read(text, Key));

    [Fact]
    public void Read_SignedWithAnotherKey_IsNothing() =>
        Assert.Null(RecommendationId.Read(new RecommendationId { Items = [1, 2] }.Sign([.. Key.Reverse()]), Key));
}
