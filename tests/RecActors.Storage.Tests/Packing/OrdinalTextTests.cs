using System.Text;
using CsCheck;

namespace RecActors.Packing;

public sealed class OrdinalTextTests
{
    private static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char['a', 'c'], Gen.Char['\0', '\uffff']), 0, 6];

    [Fact]
    public void GetBytes_AnyTwoStrings_OrderAsOrdinal() =>
        Gen.Select(Text, Text).Sample((left, right) =>
            Math.Sign(OrdinalText.GetBytes(left).AsSpan().SequenceCompareTo(OrdinalText.GetBytes(right)))
            == Math.Sign(string.CompareOrdinal(left, right)));

    [Fact]
    public void GetString_OfBytes_IsTheStringAgain() =>
        Text.Sample(text => OrdinalText.GetString(OrdinalText.GetBytes(text)) == text);

    [Theory]
    [InlineData("item-1")]
    [InlineData("Ærøskøbing")]
    [InlineData("数据")]
    public void GetBytes_WithoutSurrogates_IsUtf8(string text) =>
        Assert.Equal(Encoding.UTF8.GetBytes(text), OrdinalText.GetBytes(text));

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xFF, 0x41 })]
    public void GetString_MalformedBytes_AreRefused(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => OrdinalText.GetString(bytes));
}
