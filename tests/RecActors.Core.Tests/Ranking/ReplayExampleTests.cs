namespace RecActors.Ranking;

public sealed class ReplayExampleTests
{
    private readonly GeneratedWorld _world = new(seed: 21);

    [Fact]
    public void GatherExample_AnyTarget_LabelsItAmongTheCandidatesButNeverAddsIt()
    {
        foreach (var user in _world.Users)
        {
            var none = _world.Engine.GatherExample(_world.Model, user, [], GeneratedWorld.NowMs);
            Assert.Empty(none.Labels);
            for (var target = 0; target < _world.Catalog.Count; target++)
            {
                var example = _world.Engine.GatherExample(_world.Model, user, [target], GeneratedWorld.NowMs);
                Assert.Equal(none.CandidateRows, example.CandidateRows);
                Assert.Equal(none.CandidateRows.Contains(target) ? [Array.IndexOf(none.CandidateRows, target)] : [], example.Labels);
            }
        }
    }

    [Fact]
    public void GatherExample_SeveralTargets_LabelsThoseThatWereFoundAndCountsAll()
    {
        var user = _world.Users.First();
        var rows = _world.Engine.GatherExample(_world.Model, user, [], GeneratedWorld.NowMs).CandidateRows;

        var example = _world.Engine.GatherExample(_world.Model, user, [rows[4], int.MaxValue, rows[1]], GeneratedWorld.NowMs);

        Assert.Equal([1, 4], example.Labels);
        Assert.Equal(3, example.Targets);
    }

    [Fact]
    public void GatherExample_ScoredByTheRanker_GivesTheServedScores()
    {
        var request = new RecommendRequest { Count = 20, NowMs = GeneratedWorld.NowMs };
        foreach (var user in _world.Users)
        {
            var example = _world.Engine.GatherExample(_world.Model, user, [], GeneratedWorld.NowMs);
            var scores = new float[example.CandidateRows.Length];
            _world.Model.Ranker!.Score(example.Features, scores.Length, scores);
            foreach (var item in _world.Engine.Recommend(_world.Model, user, request).Items)
            {
                Assert.Equal(scores[Array.IndexOf(example.CandidateRows, item.Row)], item.Score);
            }
        }
    }

    [Fact]
    public void GatherExample_AnyUser_HasOnlyFiniteFeatures()
    {
        foreach (var user in _world.Users)
        {
            var example = _world.Engine.GatherExample(_world.Model, user, [], GeneratedWorld.NowMs);
            Assert.Equal(example.CandidateRows.Length * FeatureSchema.Count, example.Features.Length);
            Assert.All(example.Features, value => Assert.True(float.IsFinite(value)));
        }
    }
}
