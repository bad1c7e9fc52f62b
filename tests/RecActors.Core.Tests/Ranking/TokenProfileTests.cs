namespace RecActors.Ranking;

public sealed class TokenProfileTests
{
    [Fact]
    public void CosineWith_TwoSets_IsTheCosineOfTheirSum()
    {
        var profile = new TokenProfile();
        profile.Reset(10);
        profile.Add([1, 2], 1f);
        profile.Add([2], 1f);
        profile.Seal();

        // (1/√2, 1/√2 + 1) against (0, 1) and (1, 1)/√2.
        var norm = Math.Sqrt(0.5 + Math.Pow(Math.Sqrt(0.5) + 1, 2));
        Assert.Equal((Math.Sqrt(0.5) + 1) / norm, profile.CosineWith([2]), 1e-6);
        Assert.Equal(((2 * Math.Sqrt(0.5)) + 1) / norm / Math.Sqrt(2), profile.CosineWith([1, 2]), 1e-6);
        Assert.Equal(0f, profile.CosineWith([3]));
    }

    [Fact]
    public void CosineWith_NothingKnown_IsZero()
    {
        var profile = new TokenProfile();
        profile.Reset(10);
        profile.Seal();
        Assert.Equal(0f, profile.CosineWith([1]));
        Assert.Equal(0f, profile.CosineWith([]));
    }

    [Fact]
    public void Reset_AfterUse_ForgetsEverything()
    {
        var profile = new TokenProfile();
        profile.Reset(10);
        profile.Add([1], 1f);
        profile.Seal();
        profile.Reset(10);
        profile.Add([2], 1f);
        profile.Seal();
        Assert.Equal(0f, profile.CosineWith([1]));
        Assert.Equal(1f, profile.CosineWith([2]), 1e-6f);
    }

    [Fact]
    public void CosineWith_TokenNewerThanTheProfile_IsIgnored()
    {
        var profile = new TokenProfile();
        profile.Reset(2);
        profile.Add([1, 5000], 1f);
        profile.Seal();
        Assert.True(profile.CosineWith([1, 5000]) > 0);
    }
}
