namespace RecActors.Requests;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("24h", 86_400)]
    [InlineData("1.5h", 5400)]
    [InlineData("300ms", 0.3)]
    [InlineData("2m0.5s", 120.5)]
    [InlineData("0", 0)]
    [InlineData("-10s", -10)]
    [InlineData("250us", 0.00025)]
    public void TryParse_AsGoWritesThem_GivesTheDuration(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("h")]
    [InlineData("1 h")]
    [InlineData("1d")]
    [InlineData("1..5h")]
    [InlineData("--1s")]
    [InlineData("99999999999999h")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
