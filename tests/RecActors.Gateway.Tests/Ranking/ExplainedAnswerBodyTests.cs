using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RecActors.Json;

namespace RecActors.Ranking;

public sealed class ExplainedAnswerBodyTests
{
    [Fact]
    public void From_Answer_HasTheDocumentedShape()
    {
        var explanation = new ItemExplanation(
            0.5f,
            [new ActionContribution("1", "Toy Story (1995)", 0.375f)],
            [new FeatureContribution("transition.50", 0.25f, 1.5f)],
            [new SourceRank("embedding", 3)],
            0.75f,
            0.25f);
        var answer = new RecommendationAnswer(
            [new RecommendedItem("2", 2.5f, "Jumanji (1995)", explanation)], 17, 4, 1_769_860_800_000);

        Assert.Equal(
            """{"UserVersion":17,"ModelVersion":4,"Timestamp":"2026-01-31T12:00:00Z","Items":[{"Id":"2","Score":2.5,"Name":"Jumanji (1995)","Explanation":{"FoldInScore":0.5,"Contributions":[{"ItemId":"1","Name":"Toy Story (1995)","Contribution":0.375}],"Baseline":0.75,"Features":[{"Feature":"transition.50","Value":0.25,"Contribution":1.5}],"OtherFeatures":0.25,"Sources":[{"Source":"embedding","Rank":3}]}}]}""",
            JsonSerializer.Serialize(ExplainedAnswerBody.From(answer), ApiJson.TypeOf<ExplainedAnswerBody>()));
    }

    [Fact]
    public void From_AnswerThatMayBeStale_SaysSo()
    {
        var answer = new RecommendationAnswer([], 17, 4, 1_769_860_800_000, MayBeStale: true);

        Assert.Equal(
            """{"UserVersion":17,"ModelVersion":4,"Timestamp":"2026-01-31T12:00:00Z","Stale":true,"Items":[]}""",
            JsonSerializer.Serialize(ExplainedAnswerBody.From(answer), ApiJson.TypeOf<ExplainedAnswerBody>()));
    }

    [Theory]
    [InlineData(Degradation.None, "")]
    [InlineData(Degradation.FewerCandidates, "fewer-candidates")]
    [InlineData(Degradation.WithoutRanker, "without-ranker")]
    [InlineData(Degradation.Popular, "popular")]
    public void SetVersions_AnyAnswer_NamesWhatItGaveUp(Degradation degraded, string header)
    {
        var http = new DefaultHttpContext();

        RecommendAnswers.SetVersions(http.Response, new RecommendationAnswer([], 17, 4, 0, Degraded: degraded));

        Assert.Equal(header, http.Response.Headers["X-RecActors-Degraded"].ToString());
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData(false, "")]
    public void SetVersions_AnyAnswer_MarksItOnlyWhenItMayBeStale(bool mayBeStale, string header)
    {
        var http = new DefaultHttpContext();

        RecommendAnswers.SetVersions(http.Response, new RecommendationAnswer([], 17, 4, 0, mayBeStale));

        Assert.Equal(header, http.Response.Headers["X-RecActors-Stale"].ToString());
        Assert.Equal("17", http.Response.Headers["X-User-Version"]);
    }
}
