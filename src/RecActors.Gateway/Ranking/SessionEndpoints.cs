using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RecActors.Attribution;
using RecActors.Calls;
using RecActors.Feedback;
using RecActors.Items;
using RecActors.Requests;
using RecActors.Security;
using RecActors.Users;

namespace RecActors.Ranking;

/// <summary>Recommends to a session that no user owns, from the actions sent along.</summary>
internal static class SessionEndpoints
{
    public static RouteGroupBuilder MapSession(this RouteGroupBuilder api)
    {
        api.MapPost("/session/recommend/{category?}", RecommendAsync).WithTags("recommendation").WithName("SessionRecommend")
            .WithSummary("What the owner of these actions wants next; nothing is stored.")
            .Accepts<FeedbackBody[]>("application/json")
            .Produces<ScoreBody[]>().Produces<ExplainedAnswerBody>().ProducesFailures()
            .RequireScope(ApiScopes.Read);
        return api;
    }

    private static async Task<IResult> RecommendAsync(
        [AsParameters] RecommendParameters parameters, HttpContext http, [FromServices] ShownRecommendations marks)
    {
        var query = parameters.Read();
        var session = await ReadAsync(parameters, http);
        var answer = await parameters.Calls.InvokeAsync(
            grains => grains.GetKnownGrain<ISessionGrain>(AnySilo.Key).RecommendAsync(session, query), http.RequestAborted);
        RecommendAnswers.SetVersions(http.Response, answer);
        marks.Mark(http.Response, RecommendedList.Session, null, answer);
        return query.Explain ? RecommendAnswers.Explained(answer) : RecommendAnswers.Scores(answer);
    }

    private static async Task<FeedbackBatch> ReadAsync(RecommendParameters parameters, HttpContext http)
    {
        var options = parameters.Options.Value;
        using var body = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes, http.RequestAborted);
        var validation = new Validation(options, parameters.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var reader = new ActionReader(FeedbackOperation.Add, validation);
        var actions = FeedbackJson.ReadArray(body.Bytes, options)
            .Select((action, index) => reader.Read(new Place(index), action, userRequired: false).Action)
            .ToList();
        validation.ThrowIfFaulty();
        // By time, as the Gorse API has it; without times the order sent.
        return new FeedbackBatch([.. actions.OrderBy(action => action.TimestampMs)]);
    }
}
