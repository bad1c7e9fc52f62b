using System.Globalization;

namespace RecActors.Requests;

public sealed class TimestampsTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", 1_769_860_800_000)]
    [InlineData("2026-01-31T13:00:00+01:00", 1_769_860_800_000)]
    [InlineData("2026-01-31T12:00:00.123456789Z", 1_769_860_800_123)]
    [InlineData("2026-01-31T12:00:00.5", 1_769_860_800_500)]
    [InlineData("2026-01-31T12:00:00", 1_769_860_800_000)]
    [InlineData("2026-01-31 12:00:00", 1_769_860_800_000)]
    [InlineData("2026-01-31", 1_769_817_600_000)]
    [InlineData("2026-01-31 12:00:00 +0000 UTC", 1_769_860_800_000)]
    [InlineData("Sat, 31 Jan 2026 12:00:00 GMT", 1_769_860_800_000)]
    [InlineData("Sat, 31 Jan 2026 13:00:00 +0100", 1_769_860_800_000)]
    [InlineData("Sat Jan 31 12:00:00 2026", 1_769_860_800_000)]
    [InlineData("Jan 31, 2026", 1_769_817_600_000)]
    [InlineData("January 31, 2026", 1_769_817_600_000)]
    [InlineData("January 31, 2026 12:00:00 PM", 1_769_860_800_000)]
    [InlineData("Jan 31, 2026 12:00:00", 1_769_860_800_000)]
    [InlineData("31 Jan 2026", 1_769_817_600_000)]
    [InlineData("31 January 2026", 1_769_817_600_000)]
    [InlineData("31 Jan 2026, 12:00", 1_769_860_800_000)]
    [InlineData("Sat Jan 31 12:00:00 +0000 2026", 1_769_860_800_000)]
    [InlineData("Sat Jan 31 12:00:00 UTC 2026", 1_769_860_800_000)]
    [InlineData("2026-Jan-31", 1_769_817_600_000)]
    [InlineData("2026.01.31", 1_769_817_600_000)]
    [InlineData("2026/01/31 12:00", 1_769_860_800_000)]
    [InlineData("2026-01-31 12:00:00 PM", 1_769_860_800_000)]
    [InlineData("20260131T120000Z", 1_769_860_800_000)]
    [InlineData("2026年01月31日", 1_769_817_600_000)]
    [InlineData("20260131", 1_769_817_600_000)]
    [InlineData("20260131120000", 1_769_860_800_000)]
    [InlineData("1769860800", 1_769_860_800_000)]
    [InlineData("1769860800123", 1_769_860_800_123)]
    [InlineData("1769860800123456", 1_769_860_800_123)]
    [InlineData("1769860800123456789", 1_769_860_800_123)]
    public void TryParse_KnownForms_GiveUnixMilliseconds(string text, long timestampMs)
    {
        Assert.True(Timestamps.TryParse(text, out var parsed));
        Assert.Equal(timestampMs, parsed);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("2026-01-31T25:00:00Z")]
    [InlineData("01/02/2026")]
    [InlineData("99999999999999999999")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(Timestamps.TryParse(text, out _));

    [Fact]
    public void ToWire_ReadsBackAsTheSameTime() =>
        CsCheck.Check.Sample(CsCheck.Gen.Long[1, 4_000_000_000_000], timestampMs =>
            Timestamps.TryParse(Timestamps.ToWire(timestampMs).ToString("O", CultureInfo.InvariantCulture), out var parsed) && parsed == timestampMs);
}
