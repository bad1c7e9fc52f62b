namespace RecActors.Ranking;

public sealed class ReciprocalRankFusionTests
{
    private readonly ReciprocalRankFusion _fusion = new();
    private readonly CandidateSet _candidates = new();

    public ReciprocalRankFusionTests() => _fusion.Reset();

    [Fact]
    public void TakeBest_ThreeLists_OrdersBySumOfReciprocalRanks()
    {
        // With k = 10: row 5: 1/11 + 1/13 = .1678; row 7: 1/12 + 1/12 = .1667; row 9: 1/11 = .0909; row 3: 1/13 = .0769; row 4: 1/12 = .0833.
        _fusion.Add(CandidateSource.Embedding, [5, 7, 3], 10);
        _fusion.Add(CandidateSource.Transitions, [9, 4, 5], 10);
        _fusion.Add(CandidateSource.Cooccurrence, [], 10);
        _fusion.Add(CandidateSource.Trending, [90, 7], 10);

        _fusion.TakeBest(4, _candidates);

        // Rows 9 and 90 are equal at 1/11: the lower row comes first.
        Assert.Equal([5, 7, 9, 90], _candidates.Rows.ToArray());
        Assert.Equal([1, 3, 0, 0, 0, 0, 0, 0], _candidates.RanksOf(0).ToArray());
        Assert.Equal([2, 0, 0, 2, 0, 0, 0, 0], _candidates.RanksOf(1).ToArray());
    }

    [Fact]
    public void TakeBest_OrderOfTheSources_DoesNotMatter()
    {
        _fusion.Add(CandidateSource.Embedding, [1, 2, 3], 10);
        _fusion.Add(CandidateSource.Trending, [3, 4], 10);
        _fusion.TakeBest(10, _candidates);
        var rows = _candidates.Rows.ToArray();

        _fusion.Reset();
        _fusion.Add(CandidateSource.Trending, [3, 4], 10);
        _fusion.Add(CandidateSource.Embedding, [1, 2, 3], 10);
        _fusion.TakeBest(10, _candidates);

        Assert.Equal(rows, _candidates.Rows.ToArray());
    }

    [Fact]
    public void Reset_AfterAQuery_ForgetsItsLists()
    {
        _fusion.Add(CandidateSource.Embedding, [1, 2], 10);
        _fusion.Reset();
        _fusion.Add(CandidateSource.Trending, [2], 10);

        _fusion.TakeBest(10, _candidates);

        Assert.Equal([2], _candidates.Rows.ToArray());
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0], _candidates.RanksOf(0).ToArray());
    }
}
