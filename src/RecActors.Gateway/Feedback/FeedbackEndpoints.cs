using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Requests;

namespace RecActors.Feedback;

/// <summary>Writes feedback: a JSON array as one batch, or NDJSON as a stream of chunks.</summary>
internal static class FeedbackEndpoints
{
    private const string NdjsonType = "application/x-ndjson";

    public static RouteGroupBuilder MapFeedback(this RouteGroupBuilder api)
    {
        api.MapPost("/feedback", AddAsync).WithTags("feedback").WithName("InsertFeedback")
            .WithSummary("Adds actions; the value of a row that is there grows by theirs.")
            .Accepts<FeedbackBody[]>("application/json", NdjsonType)
            .Produces<FeedbackReceiptBody>().ProducesFailures();
        api.MapPut("/feedback", SetAsync).WithTags("feedback").WithName("OverwriteFeedback")
            .WithSummary("Adds actions; a row that is there is overwritten.")
            .Accepts<FeedbackBody[]>("application/json", NdjsonType)
            .Produces<FeedbackReceiptBody>().ProducesFailures();
        return api;
    }

    private static Task<IResult> AddAsync([AsParameters] FeedbackServices services, HttpContext http) =>
        WriteAsync(FeedbackOperation.Add, services, http);

    private static Task<IResult> SetAsync([AsParameters] FeedbackServices services, HttpContext http) =>
        WriteAsync(FeedbackOperation.Set, services, http);

    private static async Task<IResult> WriteAsync(FeedbackOperation operation, FeedbackServices services, HttpContext http)
    {
        var isStream = http.Request.ContentType?.StartsWith(NdjsonType, StringComparison.OrdinalIgnoreCase) == true;
        if (isStream)
        {
            var stream = new FeedbackStream(operation, services.Ingest, services.Options.Value, services.Time);
            return ApiJson.Answer(await stream.CommitAsync(http, http.RequestAborted));
        }

        var actions = await ReadAsync(operation, services, http);
        var commit = await services.Ingest.CommitAsync(actions, http.RequestAborted);
        if (commit.OnlyVersion is { } version)
        {
            http.Response.Headers[ApiHeaders.UserVersion] = version.ToString(CultureInfo.InvariantCulture);
        }

        return Receipt(actions.Length, commit, services.Versions == "true");
    }

    /// <summary>The acknowledgement of a batch.</summary>
    public static JsonHttpResult<FeedbackReceiptBody> Receipt(int actions, FeedbackCommit commit, bool withVersions) =>
        ApiJson.Answer(new FeedbackReceiptBody(actions - commit.Erased, commit.Erased, withVersions ? commit.Versions : null));

    /// <summary>Reads a JSON array of actions, and checks it.</summary>
    /// <exception cref="RecActors.Problems.ProblemException">400: something is malformed or invalid; 413: too many entries.</exception>
    public static PlacedAction[] Read(FeedbackOperation operation, ReadOnlySpan<byte> json, GatewayOptions options, TimeProvider time)
    {
        var bodies = FeedbackJson.ReadArray(json, options);
        var validation = new Validation(options, time.GetUtcNow().ToUnixTimeMilliseconds());
        var reader = new ActionReader(operation, validation);
        var actions = new PlacedAction[bodies.Count];
        for (var index = 0; index < bodies.Count && !validation.IsFull; index++)
        {
            actions[index] = reader.Read(new Place(index), bodies[index]);
        }

        validation.ThrowIfFaulty();
        return actions;
    }

    private static async Task<PlacedAction[]> ReadAsync(FeedbackOperation operation, FeedbackServices services, HttpContext http)
    {
        var options = services.Options.Value;
        using var body = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes, http.RequestAborted);
        return Read(operation, body.Bytes, options, services.Time);
    }

    /// <summary>What writing feedback needs; <c>versions=true</c> asks for each user's version in the answer.</summary>
    internal readonly record struct FeedbackServices(
        [FromServices] FeedbackIngest Ingest,
        [FromServices] IOptions<GatewayOptions> Options,
        [FromServices] TimeProvider Time,
        [FromQuery(Name = "versions")] string? Versions);
}
