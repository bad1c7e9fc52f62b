using System.Runtime.Intrinsics;
using RecActors.Catalog;

namespace RecActors.Ranking;

public sealed class TokenProfilesTests
{
    private readonly TokenProfiles _profiles = new();

    [Fact]
    public void CosinesWith_TwoSets_AreTheCosinesOfTheirSum()
    {
        _profiles.Reset(10);
        _profiles.Add(Item([1, 2]), 1f, 0f);
        _profiles.Add(Item([2]), 1f, 0f);
        _profiles.Seal();

        // (1/√2, 1/√2 + 1) against (0, 1) and (1, 1)/√2.
        var norm = Math.Sqrt(0.5 + Math.Pow(Math.Sqrt(0.5) + 1, 2));
        Assert.Equal((Math.Sqrt(0.5) + 1) / norm, Of(TokenProfiles.Content, Item([2])), 1e-6);
        Assert.Equal(((2 * Math.Sqrt(0.5)) + 1) / norm / Math.Sqrt(2), Of(TokenProfiles.Content, Item([1, 2])), 1e-6);
        Assert.Equal(0f, Of(TokenProfiles.Content, Item([3])));
    }

    [Fact]
    public void CosinesWith_ItemsAndLabels_AreThoseOfProfilesByThemselves()
    {
        var random = new Random(5);
        ContentFeatures[] items = [.. Enumerable.Range(0, 40).Select(_ => RandomItem(random))];
        int[] labels = [3, 17, 29];
        _profiles.Reset(60);
        var (content, categories, recent, fade) = (new double[60], new double[60], new double[60], 1f);
        for (var age = 0; age < items.Length; age++, fade *= 0.95f)
        {
            _profiles.Add(items[age], fade, age < 3 ? 1 : 0);
            AddUnit(content, items[age].Tokens, fade);
            AddUnit(categories, items[age].Categories, fade);
            AddUnit(recent, items[age].Tokens, age < 3 ? 1 : 0);
        }

        var ofLabels = new double[60];
        AddUnit(ofLabels, labels, 1);
        _profiles.AddLabels(labels);
        _profiles.Seal();
        for (var i = 0; i < 50; i++)
        {
            var item = RandomItem(random);
            Assert.Equal(Cosine(content, item.Tokens), Of(TokenProfiles.Content, item), 1e-5);
            Assert.Equal(Cosine(categories, item.Categories), Of(TokenProfiles.Categories, item), 1e-5);
            Assert.Equal(Cosine(recent, item.Tokens), Of(TokenProfiles.Recent, item), 1e-5);
            Assert.Equal(Cosine(ofLabels, item.Tokens), Of(TokenProfiles.Labels, item), 1e-5);
        }
    }

    [Fact]
    public void CosinesWith_NothingKnown_AreZero()
    {
        _profiles.Reset(10);
        _profiles.AddLabels([]);
        _profiles.Seal();
        Assert.Equal(Vector128<float>.Zero, _profiles.CosinesWith(Item([1])));
        Assert.Equal(Vector128<float>.Zero, _profiles.CosinesWith(ContentFeatures.Empty));
    }

    [Fact]
    public void Reset_AfterUse_ForgetsEverything()
    {
        _profiles.Reset(10);
        _profiles.Add(Item([1]), 1f, 1f);
        _profiles.AddLabels([4]);
        _profiles.Seal();
        _profiles.Reset(10);
        _profiles.Add(Item([2]), 1f, 1f);
        _profiles.Seal();
        Assert.Equal(Vector128<float>.Zero, _profiles.CosinesWith(Item([1, 4])));
        Assert.Equal(1f, Of(TokenProfiles.Content, Item([2])), 1e-6f);
    }

    [Fact]
    public void CosinesWith_TokenNewerThanTheProfile_IsIgnored()
    {
        _profiles.Reset(2);
        _profiles.Add(Item([1, 5000]), 1f, 0f);
        _profiles.Seal();
        Assert.True(Of(TokenProfiles.Content, Item([1, 5000])) > 0);
    }

    private static ContentFeatures Item(int[] tokens, int categories = 0) => new(tokens, categories, 0);

    private static ContentFeatures RandomItem(Random random)
    {
        int[] tokens = [.. Enumerable.Range(0, 60).OrderBy(_ => random.Next()).Take(random.Next(8))];
        return Item(tokens, random.Next(tokens.Length + 1));
    }

    private static void AddUnit(double[] profile, ReadOnlySpan<int> tokens, double length)
    {
        foreach (var token in tokens)
        {
            profile[token] += length / Math.Sqrt(tokens.Length);
        }
    }

    private static double Cosine(double[] profile, ReadOnlySpan<int> tokens)
    {
        var sum = 0d;
        foreach (var token in tokens)
        {
            sum += profile[token];
        }

        return tokens.IsEmpty || sum == 0 ? 0 : sum / Math.Sqrt(profile.Sum(weight => weight * weight) * tokens.Length);
    }

    private float Of(int profile, ContentFeatures item) => _profiles.CosinesWith(item)[profile];
}
