using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Calls;
using RecActors.Items;
using RecActors.Problems;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Ranking;

/// <summary>Recommends to a user, from everything acknowledged before the call.</summary>
internal static class RecommendEndpoints
{
    public static RouteGroupBuilder MapRecommend(this RouteGroupBuilder api)
    {
        api.MapGet("/recommend/{user-id}/{category?}", RecommendAsync).WithTags("recommendation").WithName("GetRecommend")
            .WithSummary("What a user wants next: ids, with X-API-Version: 2 scores, with explain=true reasons.")
            .Produces<string[]>().Produces<ScoreBody[]>().Produces<ExplainedAnswerBody>().ProducesFailures();
        return api;
    }

    private static async Task<IResult> RecommendAsync(
        [FromRoute(Name = "user-id")] string userId,
        [AsParameters] RecommendParameters parameters,
        [AsParameters] UserParameters user,
        HttpContext http,
        [FromServices] GatewayMetrics metrics)
    {
        user.ThrowIfUnsupported();
        var query = parameters.Read(user.ReadMinimumVersion());
        using var activity = GatewayMetrics.Activities.StartActivity("recommend");
        var started = parameters.Time.GetTimestamp();
        var answer = await parameters.Calls.InvokeAsync(
            grains => grains.GetGrain<IUserGrain>(userId).RecommendAsync(query), http.RequestAborted);
        metrics.Recommended(parameters.Time.GetElapsedTime(started));
        if (answer.UserVersion < query.MinimumUserVersion)
        {
            throw new ProblemException(ProblemTypes.Unavailable(
                parameters.Options.Value.RetryAfter,
                $"The user is at version {answer.UserVersion}, not yet at {query.MinimumUserVersion}."));
        }

        RecommendAnswers.SetVersions(http.Response, answer);
        return query.Explain ? RecommendAnswers.Explained(answer)
            : user.WantsScores ? RecommendAnswers.Scores(answer)
            : RecommendAnswers.Ids(answer);
    }

    internal readonly record struct UserParameters(
        [FromHeader(Name = ApiHeaders.ApiVersion)] string? VersionHeader,
        [FromQuery(Name = "version")] string? VersionParameter,
        [FromHeader(Name = ApiHeaders.MinimumUserVersion)] string? MinimumVersionHeader,
        [FromQuery(Name = "minimum-user-version")] string? MinimumVersionParameter,
        [FromQuery(Name = "write-back-type")] string? WriteBackType)
    {
        public bool WantsScores => (VersionHeader ?? VersionParameter)?.Trim() == "2";

        public long ReadMinimumVersion() => string.IsNullOrEmpty(MinimumVersionParameter)
            ? PageQuery.Number(ApiHeaders.MinimumUserVersion, MinimumVersionHeader, 0, 0, long.MaxValue)
            : PageQuery.Number("minimum-user-version", MinimumVersionParameter, 0, 0, long.MaxValue);

        /// <summary>A parameter that would silently do nothing is refused.</summary>
        public void ThrowIfUnsupported()
        {
            if (!string.IsNullOrEmpty(WriteBackType))
            {
                throw new ProblemException(ProblemTypes.InvalidRequest(
                    "write-back-type", "is not supported: send what was shown as feedback"));
            }
        }
    }
}
