using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Feedback;

/// <summary>
/// Takes in what sites send action by action, a small JSON array, as <see cref="RecActors.Ranking.PlainQuestions"/> answers: ahead of routing, of the binding of
/// parameters and of a scope of services, from the bytes that the connection has, with an answer that was written once. Whatever else is sent, and
/// whoever may not, goes the long way, which says the same or says why not.
/// </summary>
internal sealed class PlainActions(RequestDelegate next, ScopeDecision scopes, FeedbackIngest ingest, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string Path = "/api/feedback";
    private const string JsonInUtf8 = $"{MediaTypeNames.Application.Json}; charset=utf-8";

    /// <summary>Of a larger body the length says little of how soon it is there.</summary>
    private const int MostBytes = 4 << 10;

    private static readonly byte[][] Answers = [.. Enumerable.Range(0, 64).Select(actions => Encoding.UTF8.GetBytes($$"""{"RowAffected":{{actions}}}"""))];

    private readonly GatewayOptions _options = options.Value;

    public Task InvokeAsync(HttpContext http) =>
        IsPlain(http.Request) && scopes.Allows(http, user: null, ApiScopes.Write) ? AddAsync(http) : next(http);

    private bool IsPlain(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.Path.Value == Path
        && !request.QueryString.HasValue
        && request.ContentType is MediaTypeNames.Application.Json or JsonInUtf8
        && request.ContentLength is { } length && length <= MostBytes && length <= _options.MaxBodyBytes;

    private async Task AddAsync(HttpContext http)
    {
        PlainRoute.Name(http, Path);
        var body = http.Request.BodyReader;
        ReadResult read;
        while (!(read = await body.ReadAsync(http.RequestAborted)).IsCompleted && read.Buffer.Length < http.Request.ContentLength)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        PlacedAction[] actions;
        try
        {
            var json = read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan : read.Buffer.ToArray();
            actions = FeedbackEndpoints.Read(FeedbackOperation.Add, json, _options, time);
        }
        finally
        {
            body.AdvanceTo(read.Buffer.End);
        }

        var commit = await ingest.CommitAsync(actions, http.RequestAborted);
        if (commit.OnlyVersion is { } version)
        {
            http.Response.Headers[ApiHeaders.UserVersion] = version.ToString(CultureInfo.InvariantCulture);
        }

        await (commit.Erased == 0 && actions.Length < Answers.Length
            ? WrittenJson.WriteAsync(http, Answers[actions.Length])
            : FeedbackEndpoints.Receipt(actions.Length, commit, withVersions: false).ExecuteAsync(http));
    }
}
