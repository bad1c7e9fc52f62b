namespace RecActors.Ranking;

public sealed class FeatureTableTests
{
    private readonly FeatureTable _features = new();

    [Fact]
    public void LogRank_TiedValues_ShareTheirBestRank()
    {
        _features.Reset(5);
        new[] { 0f, 3f, 0f, 5f, 0f }.CopyTo(_features[RankingFeature.TransitionsSlow]);

        _features.LogRank(RankingFeature.RankTransitions, RankingFeature.TransitionsSlow);

        var expected = new[] { Math.Log(3), Math.Log(2), Math.Log(3), 0, Math.Log(3) };
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], _features[RankingFeature.RankTransitions][i], 1e-6);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(900)]
    public void LogRank_AnyNumberOfCandidates_IsTheNumberOfHigherValues(int candidates)
    {
        var random = new Random(candidates);
        _features.Reset(candidates);
        var values = Enumerable.Range(0, candidates).Select(_ => (float)random.Next(-90, 90)).ToArray();
        values.CopyTo(_features[RankingFeature.FoldInSlow]);

        _features.LogRank(RankingFeature.RankFoldIn, RankingFeature.FoldInSlow);

        var ranks = _features[RankingFeature.RankFoldIn].ToArray();
        Assert.All(Enumerable.Range(0, candidates), i => Assert.Equal(Math.Log(1 + values.Count(value => value > values[i])), ranks[i], 1e-5));
    }

    [Fact]
    public void Margin_AnyColumn_IsZeroForTheBest()
    {
        _features.Reset(3);
        new[] { 1f, 4f, 2f }.CopyTo(_features[RankingFeature.FoldInSlow]);
        _features.Margin(RankingFeature.MarginFoldInSlow, RankingFeature.FoldInSlow);
        Assert.Equal([-3f, 0f, -2f], _features[RankingFeature.MarginFoldInSlow].ToArray());
    }

    [Fact]
    public void LogOfSparse_Zero_StaysZero()
    {
        _features.Reset(2);
        _features[RankingFeature.TransitionNext][1] = 0.1f;
        _features.LogOfSparse(RankingFeature.TransitionNext);
        Assert.Equal(0f, _features[RankingFeature.TransitionNext][0]);
        Assert.Equal(Math.Log(6), _features[RankingFeature.TransitionNext][1], 1e-5);
    }

    [Fact]
    public void CopyRowMajor_TwoCandidates_PutsTheFeaturesOfOneSideBySide()
    {
        _features.Reset(2);
        _features[RankingFeature.CosineFast][1] = 7f;
        var rows = new float[2 * FeatureSchema.Count];
        _features.CopyRowMajor(rows);
        Assert.Equal(7f, rows[FeatureSchema.Count + (int)RankingFeature.CosineFast]);
        Assert.Equal(7f, rows.Sum());
    }

    [Fact]
    public void Reset_AfterUse_ForgetsEverything()
    {
        _features.Reset(3);
        _features[RankingFeature.CosineFast].Fill(1f);
        _features.Reset(2);
        var rows = new float[2 * FeatureSchema.Count];
        _features.CopyRowMajor(rows);
        Assert.All(rows, value => Assert.Equal(0f, value));
    }
}
