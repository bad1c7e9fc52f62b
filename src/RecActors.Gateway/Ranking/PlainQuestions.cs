using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RecActors.Attribution;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Ranking;

/// <summary>
/// Answers plain questions for a user's ids, which are most of what a site asks: ahead of routing, of the binding of fifteen parameters and of a scope
/// of services, which together cost more than the web server itself. Where <see cref="IKeptAnswers"/> of this process has the answer, no grain is called
/// either, and the question takes no place among the requests in flight. Whatever else is asked, and whoever may not, goes the long way, which says the same or says why not.
/// </summary>
internal sealed class PlainQuestions(
    RequestDelegate next,
    GrainCalls calls,
    ScopeDecision scopes,
    RecommendationIds ids,
    ShownRecommendations shown,
    GatewayMetrics metrics,
    IOptions<GatewayOptions> options,
    TimeProvider time,
    IKeptAnswers? kept = null)
{
    private const string Path = "/api/recommend/";
    private const string Count = "?n=";
    private const string Route = "/api/recommend/{user-id}/{category?}";

    // By the number of items: the same object for the same question, which is compared at once. Who asks for no number may get more than may be asked for.
    private readonly RecommendQuery[] _queries = [.. Enumerable.Range(0, Math.Max(options.Value.MaxCount, options.Value.DefaultCount) + 1).Select(count => new RecommendQuery { Count = count })];

    public Task InvokeAsync(HttpContext http)
    {
        var admission = http.Features.Get<DeferredAdmission>();
        if (UserOf(http.Request) is not { } userId || QueryOf(http.Request) is not { } query || !scopes.Allows(http, user: null, ApiScopes.Read))
        {
            return admission?.AdmitAsync(http, next) ?? next(http);
        }

        PlainRoute.Name(http, Route);
        return kept?.Find(userId, query) is { } answer ? AnswerAsync(http, userId, answer)
            : admission is null ? AskAsync(http, userId, query)
            : AdmitAsync(admission, http, userId, query);
    }

    /// <summary>True for a plain question, whoever asks it: no other is answered from memory.</summary>
    public static bool Concern(HttpRequest request, GatewayOptions options) => IsOfUser(request) && CountOf(request, options) is not null;

    private Task AdmitAsync(DeferredAdmission admission, HttpContext http, string userId, RecommendQuery query) =>
        admission.AdmitAsync(http, admitted => AskAsync(admitted, userId, query));

    private async Task AskAsync(HttpContext http, string userId, RecommendQuery query)
    {
        PathIds.CheckUser(userId, options.Value);
        var answer = await RecommendEndpoints.AskUserAsync(userId, query, new(calls, options.Value, metrics, time), http);
        shown.Mark(http.Response, RecommendedList.Recommend, userId, answer);
        await WrittenJson.WriteAsync(http, RecommendAnswers.IdsInJson(answer));
    }

    private Task AnswerAsync(HttpContext http, string userId, KeptAnswer known)
    {
        var started = time.GetTimestamp();
        var rendered = known.Rendered as RenderedAnswer ?? Render(userId, known);
        var response = http.Response;
        response.Headers[ApiHeaders.UserVersion] = rendered.UserVersion;
        response.Headers[ApiHeaders.ModelVersion] = rendered.ModelVersion;
        if (rendered.Id is { } prepared)
        {
            if (ids.Of(prepared) is not { } id)
            {
                id = ids.Of(RecommendedList.Recommend, userId, known.Answer);
                known.Rendered = null;
            }

            shown.MarkWith(response, RecommendedList.Recommend, id, known.Answer);
        }

        metrics.Recommended(time.GetElapsedTime(started));
        return WrittenJson.WriteAsync(http, rendered.Body);
    }

    private RenderedAnswer Render(string userId, KeptAnswer known)
    {
        var answer = known.Answer;
        var rendered = new RenderedAnswer(
            RecommendAnswers.IdsInJson(answer),
            answer.UserVersion.ToString(CultureInfo.InvariantCulture),
            answer.ModelVersion.ToString(CultureInfo.InvariantCulture),
            ids.Prepare(RecommendedList.Recommend, userId, answer));
        known.Rendered = rendered;
        return rendered;
    }

    /// <summary>The user of a plain path; null for anything that has to be read with more care.</summary>
    private static string? UserOf(HttpRequest request) => IsOfUser(request) ? request.Path.Value![Path.Length..] : null;

    private static bool IsOfUser(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Value is { } path && path.StartsWith(Path, StringComparison.Ordinal) && path.Length > Path.Length && path.AsSpan(Path.Length).IndexOfAny('/', '%') < 0
        && !request.Headers.ContainsKey(ApiHeaders.ApiVersion) && !request.Headers.ContainsKey(ApiHeaders.MinimumUserVersion);

    private RecommendQuery? QueryOf(HttpRequest request) => CountOf(request, options.Value) is { } count ? _queries[count] : null;

    /// <summary>The number of items that a query string asks for which names at most that; null for any other.</summary>
    private static int? CountOf(HttpRequest request, GatewayOptions options)
    {
        var text = request.QueryString.Value;
        if (string.IsNullOrEmpty(text))
        {
            return options.DefaultCount;
        }

        return text.StartsWith(Count, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Count.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count <= options.MaxCount
            ? count
            : null;
    }

    /// <summary>What of an answer is the same however often it is given. Immutable.</summary>
    private sealed record RenderedAnswer(byte[] Body, string UserVersion, string ModelVersion, PreparedId? Id);
}
