using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Attribution;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Problems;
using RecActors.Requests;
using RecActors.Security;
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
        api.MapPost("/recommend/{user-id}/{category?}", AskAsync).WithTags("recommendation").WithName("AskRecommend")
            .WithSummary("The same with a body: predicates over items, exclusions, boosts, caps.")
            .Accepts<RecommendRequestBody>("application/json")
            .Produces<string[]>().Produces<ScoreBody[]>().Produces<ExplainedAnswerBody>().ProducesFailures().RequireScope(ApiScopes.Read);
        api.MapGet("/collaborative-filtering/{user-id}/{category?}", NearestAsync).WithTags("recommendation").WithName("GetCollaborativeFiltering")
            .WithSummary("The items nearest to a user's interest, by collaborative filtering alone, with scores.")
            .Produces<ScoreBody[]>().ProducesFailures();
        return api;
    }

    private static Task<IResult> RecommendAsync(
        [FromRoute(Name = "user-id")] string userId,
        [AsParameters] RecommendParameters parameters,
        [AsParameters] UserParameters user,
        [AsParameters] WriteBackParameters writeBack,
        HttpContext http,
        [FromServices] WriteBack shown,
        [FromServices] ShownRecommendations marks,
        [FromServices] GatewayMetrics metrics) =>
        AnswerAsync(userId, parameters.Read(user.ReadMinimumVersion()), parameters, user, writeBack, http, shown, marks, metrics);

    private static async Task<IResult> AskAsync(
        [FromRoute(Name = "user-id")] string userId,
        [AsParameters] RecommendParameters parameters,
        [AsParameters] UserParameters user,
        [AsParameters] WriteBackParameters writeBack,
        HttpContext http,
        [FromServices] WriteBack shown,
        [FromServices] ShownRecommendations marks,
        [FromServices] GatewayMetrics metrics)
    {
        var query = await RecommendRequestBody.ReadAsync(parameters.Read(user.ReadMinimumVersion()), parameters, http);
        return await AnswerAsync(userId, query, parameters, user, writeBack, http, shown, marks, metrics);
    }

    private static async Task<IResult> AnswerAsync(
        string userId,
        RecommendQuery query,
        RecommendParameters parameters,
        UserParameters user,
        WriteBackParameters writeBack,
        HttpContext http,
        WriteBack shown,
        ShownRecommendations marks,
        GatewayMetrics metrics)
    {
        var delay = writeBack.Read(parameters.StartValidation());
        var answer = await AskUserAsync(userId, query, new(parameters.Calls, parameters.Options.Value, metrics, parameters.Time), http);
        marks.Mark(http.Response, RecommendedList.Recommend, userId, answer);
        if (writeBack.IsWanted && await shown.CommitAsync(userId, answer, writeBack.Type!, delay, http) is { } version)
        {
            RecommendAnswers.SetUserVersion(http.Response, version);
        }

        return query.Explain ? RecommendAnswers.Explained(answer)
            : user.WantsScores ? RecommendAnswers.Scores(answer)
            : RecommendAnswers.Ids(answer);
    }

    private static async Task<IResult> NearestAsync(
        [FromRoute(Name = "user-id")] string userId,
        [AsParameters] RecommendParameters parameters,
        [AsParameters] UserParameters user,
        HttpContext http,
        [FromServices] ShownRecommendations marks,
        [FromServices] GatewayMetrics metrics)
    {
        var query = parameters.Read(user.ReadMinimumVersion()) with { Collaborative = true, Explain = false };
        var answer = await AskUserAsync(userId, query, new(parameters.Calls, parameters.Options.Value, metrics, parameters.Time), http);
        marks.Mark(http.Response, RecommendedList.CollaborativeFiltering, userId, answer);
        return RecommendAnswers.Scores(answer);
    }

    /// <summary>Asks the user's actor; the response gets the headers that say what the answer was made from.</summary>
    /// <exception cref="ProblemException">503: no answer in time, or not of the version that is asked for.</exception>
    internal static async Task<RecommendationAnswer> AskUserAsync(string userId, RecommendQuery query, Asking asking, HttpContext http)
    {
        using var activity = GatewayMetrics.Activities.StartActivity("recommend");
        var started = asking.Time.GetTimestamp();
        var answer = await asking.Calls.InvokeAsync(
            grains => grains.GetKnownGrain<IUserGrain>(userId).RecommendAsync(query), http.RequestAborted);
        asking.Metrics.Recommended(asking.Time.GetElapsedTime(started));
        if (answer.UserVersion < query.MinimumUserVersion)
        {
            throw new ProblemException(ProblemTypes.Unavailable(
                asking.Options.RetryAfter,
                $"The user is at version {answer.UserVersion}, not yet at {query.MinimumUserVersion}."));
        }

        RecommendAnswers.SetVersions(http.Response, answer);
        return answer;
    }

    /// <summary>What it takes to ask a user's actor.</summary>
    internal readonly record struct Asking(GrainCalls Calls, GatewayOptions Options, GatewayMetrics Metrics, TimeProvider Time);

    internal readonly record struct UserParameters(
        [FromHeader(Name = ApiHeaders.ApiVersion)] string? VersionHeader,
        [FromQuery(Name = "version")] string? VersionParameter,
        [FromHeader(Name = ApiHeaders.MinimumUserVersion)] string? MinimumVersionHeader,
        [FromQuery(Name = "minimum-user-version")] string? MinimumVersionParameter)
    {
        public bool WantsScores => (VersionHeader ?? VersionParameter)?.Trim() == "2";

        public long ReadMinimumVersion() => string.IsNullOrEmpty(MinimumVersionParameter)
            ? PageQuery.Number(ApiHeaders.MinimumUserVersion, MinimumVersionHeader, 0, 0, long.MaxValue)
            : PageQuery.Number("minimum-user-version", MinimumVersionParameter, 0, 0, long.MaxValue);
    }
}
