using System.Runtime.CompilerServices;
using RecActors.Feedback;

namespace RecActors.Interest;

public sealed class HistoryItemTests
{
    [Theory]
    [InlineData(Polarity.Positive, 0)]
    [InlineData(Polarity.Negative, 1_700_000_000_123)]
    [InlineData(Polarity.Ignored, -62_135_596_800_000)]
    [InlineData(Polarity.SeenOnly, 253_402_300_799_999)]
    public void Properties_OfAnyTimeThatDotNetKnows_AreWhatWasGiven(Polarity polarity, long timestampMs)
    {
        var item = new HistoryItem(7, 0.5f, polarity, timestampMs);
        Assert.Equal((7, 0.5f, polarity, timestampMs), (item.Row, item.Weight, item.Polarity, item.TimestampMs));
        Assert.Equal(item, new HistoryItem(7, 0.5f, Polarity.Positive, 1) with { Polarity = polarity, TimestampMs = timestampMs });
        Assert.NotEqual(item, item with { TimestampMs = timestampMs + 1 });
    }

    [Fact]
    public void Size_OfAnItem_IsSixteenBytes() => Assert.Equal(16, Unsafe.SizeOf<HistoryItem>());
}
