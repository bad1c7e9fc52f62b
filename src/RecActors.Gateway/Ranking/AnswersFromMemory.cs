using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using RecActors.Attribution;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Security;

namespace RecActors.Ranking;

/// <summary>
/// Gives the answers again that <see cref="IKeptAnswers"/> of this process has, to plain questions for a user's ids: without routing, without a
/// scope of services and without a grain call, which together would take two thirds of such an answer's time. Whatever else is asked, and
/// whoever may not, goes the long way, which says the same or says why not.
/// </summary>
internal sealed class AnswersFromMemory(
    RequestDelegate next,
    IKeptAnswers kept,
    ScopeDecision scopes,
    RecommendationIds ids,
    ShownRecommendations shown,
    GatewayMetrics metrics,
    IOptions<GatewayOptions> options,
    TimeProvider time)
{
    private const string Path = "/api/recommend/";
    private const string Count = "?n=";
    private static readonly KeyValuePair<string, object?> Route = new("http.route", "/api/recommend/{user-id}/{category?}");

    // By the number of items: the same object for the same question, which is compared at once.
    private readonly RecommendQuery[] _queries = [.. Enumerable.Range(0, options.Value.MaxCount + 1).Select(count => new RecommendQuery { Count = count })];

    public Task InvokeAsync(HttpContext http) =>
        UserOf(http.Request) is { } userId && QueryOf(http.Request) is { } query && scopes.Allows(http, user: null, ApiScopes.Read) && kept.Find(userId, query) is { } answer
            ? AnswerAsync(http, userId, answer)
            : next(http);

    private Task AnswerAsync(HttpContext http, string userId, KeptAnswer kept)
    {
        var started = time.GetTimestamp();
        var rendered = kept.Rendered as RenderedAnswer ?? Render(userId, kept);
        var response = http.Response;
        response.Headers[ApiHeaders.UserVersion] = rendered.UserVersion;
        response.Headers[ApiHeaders.ModelVersion] = rendered.ModelVersion;
        if (rendered.Id is { } prepared)
        {
            if (ids.Of(prepared) is not { } id)
            {
                id = ids.Of(RecommendedList.Recommend, userId, kept.Answer);
                kept.Rendered = null;
            }

            shown.MarkWith(response, RecommendedList.Recommend, id, kept.Answer);
        }

        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } measured)
        {
            measured.Tags.Add(Route);
        }

        metrics.Recommended(time.GetElapsedTime(started));
        return WrittenJson.WriteAsync(http, rendered.Body);
    }

    private RenderedAnswer Render(string userId, KeptAnswer kept)
    {
        var answer = kept.Answer;
        var rendered = new RenderedAnswer(
            RecommendAnswers.IdsInJson(answer),
            answer.UserVersion.ToString(CultureInfo.InvariantCulture),
            answer.ModelVersion.ToString(CultureInfo.InvariantCulture),
            ids.Prepare(RecommendedList.Recommend, userId, answer));
        kept.Rendered = rendered;
        return rendered;
    }

    /// <summary>The user of a plain path; null for anything that has to be read with more care.</summary>
    private static string? UserOf(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Value is { } path && path.StartsWith(Path, StringComparison.Ordinal) && path.AsSpan(Path.Length).IndexOfAny('/', '%') < 0
        && !request.Headers.ContainsKey(ApiHeaders.ApiVersion) && !request.Headers.ContainsKey(ApiHeaders.MinimumUserVersion)
            ? path[Path.Length..]
            : null;

    /// <summary>The question of a query string that names at most how many items; null for any other.</summary>
    private RecommendQuery? QueryOf(HttpRequest request)
    {
        var text = request.QueryString.Value;
        if (string.IsNullOrEmpty(text))
        {
            return _queries[options.Value.DefaultCount];
        }

        return text.StartsWith(Count, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Count.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count < _queries.Length
            ? _queries[count]
            : null;
    }

    /// <summary>What of an answer is the same however often it is given. Immutable.</summary>
    private sealed record RenderedAnswer(byte[] Body, string UserVersion, string ModelVersion, PreparedId? Id);
}
