using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using RecActors.Feedback;
using RecActors.Items;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Clients;

/// <summary>Speaks the REST API, for sites that reach no silo. A question about a session has no predicates, boosts or caps: its body is the session.</summary>
internal sealed class HttpRecActorsClient(HttpClient http, ClientCalls calls) : IRecActorsClient
{
    public async Task<long> ActAsync(string userId, IReadOnlyList<FeedbackAction> actions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (actions.Select(action => action.Operation).Distinct().Count() > 1 || actions.Any(action => action.Operation > FeedbackOperation.Set))
        {
            throw new ArgumentException("By HTTP, actions of one call all add or all set.", nameof(actions));
        }

        var method = actions is [{ Operation: FeedbackOperation.Set }, ..] ? HttpMethod.Put : HttpMethod.Post;
        var body = EventIdMint.Mint(actions).Select(action => WireAction.From(userId, action)).ToArray();
        using var response = await SendAsync("act", method, "api/feedback", body, cancellationToken);
        return Header(response, "X-User-Version");
    }

    public Task<RecommendationAnswer> RecommendAsync(string userId, RecommendQuery? query, CancellationToken cancellationToken) =>
        WireRequest.Of(query ?? new()) is { } body ? AskAsync("recommend", HttpMethod.Post, $"api/recommend/{Uri.EscapeDataString(userId)}", query, body, cancellationToken)
        : AskAsync("recommend", HttpMethod.Get, $"api/{(query?.Collaborative == true ? "collaborative-filtering" : "recommend")}/{Uri.EscapeDataString(userId)}", query, null, cancellationToken);

    public Task<RecommendationAnswer> RecommendToSessionAsync(
        IReadOnlyList<FeedbackAction> session, RecommendQuery? query, CancellationToken cancellationToken) => AskAsync(
            "recommend to session",
            HttpMethod.Post,
            "api/session/recommend",
            query,
            session.Select(action => WireAction.From(null, action)).ToArray(),
            cancellationToken);

    public async Task<IReadOnlyList<ScoredItem>> NeighborsAsync(string itemId, int count, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            "list neighbors", HttpMethod.Get, $"api/item/{Uri.EscapeDataString(itemId)}/neighbors?n={count}", null, cancellationToken, HttpStatusCode.NotFound);
        return response.StatusCode == HttpStatusCode.NotFound
            ? []
            : [.. (await ReadAsync<WireScore[]>(response, cancellationToken)).Select(score => new ScoredItem(score.Id, score.Score))];
    }

    public async Task<IReadOnlyList<ScoredItem>> TrendingAsync(string? window, int count, string? category, CancellationToken cancellationToken)
    {
        var (windowPart, categoryPart) = (Parameter("window", window), Parameter("category", category));
        using var response = await SendAsync("list trending", HttpMethod.Get, $"api/trending?n={count}{windowPart}{categoryPart}", null, cancellationToken);
        return [.. (await ReadAsync<WireScore[]>(response, cancellationToken)).Select(score => new ScoredItem(score.Id, score.Score))];
    }

    public async Task PutItemAsync(Item item, CancellationToken cancellationToken)
    {
        using var response = await SendAsync("put item", HttpMethod.Post, "api/item", WireItem.From(item), cancellationToken);
    }

    public async Task<bool> DeleteUserAsync(string userId, CancellationToken cancellationToken)
    {
        using var response = await SendAsync("delete user", HttpMethod.Delete, $"api/user/{Uri.EscapeDataString(userId)}", null, cancellationToken);
        return (await ReadAsync<WireSuccess>(response, cancellationToken)).RowAffected > 0;
    }

    private async Task<RecommendationAnswer> AskAsync(
        string name, HttpMethod method, string path, RecommendQuery? query, object? body, CancellationToken cancellationToken)
    {
        query ??= new();
        var isFiltered = query.Where is not null || query.Boosts is not null || query.Caps is not null;
        if (isFiltered && (query.Collaborative || body is not JsonObject))
        {
            throw new NotSupportedException("By HTTP, predicates, boosts and caps are for a user's recommendations only.");
        }

        using var response = await SendAsync(name, method, path + Parameters(query), body, cancellationToken);
        if (query.Explain && !query.Collaborative)
        {
            return (await ReadAsync<WireAnswer>(response, cancellationToken)).ToAnswer();
        }

        var scores = await ReadAsync<WireScore[]>(response, cancellationToken);
        return new RecommendationAnswer(
            [.. scores.Select(score => new RecommendedItem(score.Id, (float)score.Score))],
            Header(response, "X-User-Version"),
            Header(response, "X-Model-Version"),
            0,
            response.Headers.Contains("X-RecActors-Stale"),
            DegradationOf(response));
    }

    private static Degradation DegradationOf(HttpResponseMessage response) =>
        !response.Headers.TryGetValues("X-RecActors-Degraded", out var names) ? Degradation.None : names.First() switch
        {
            "fewer-candidates" => Degradation.FewerCandidates,
            "without-ranker" => Degradation.WithoutRanker,
            _ => Degradation.Popular,
        };

    private static string Parameters(RecommendQuery query)
    {
        var category = Parameter("category", query.Category);
        var lambda = query.Lambda is { } value ? string.Create(CultureInfo.InvariantCulture, $"&lambda={value:0.#######}") : "";
        var exploration = query.Exploration > 0 ? string.Create(CultureInfo.InvariantCulture, $"&exploration={query.Exploration:0.#######}") : "";
        var explain = query.Explain ? "&explain=true" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"?version=2&n={query.Count}&offset={query.Offset}&minimum-user-version={query.MinimumUserVersion}{category}{lambda}{exploration}{explain}");
    }

    private static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private Task<HttpResponseMessage> SendAsync(
        string name, HttpMethod method, string path, object? body, CancellationToken cancellationToken, HttpStatusCode? expected = null) =>
        calls.InvokeAsync(
            name,
            async token =>
            {
                using var request = new HttpRequestMessage(method, path);
                request.Content = body is null ? null : JsonContent.Create(body, body.GetType());
                var response = await http.SendAsync(request, token);
                if (response.IsSuccessStatusCode || response.StatusCode == expected)
                {
                    return response;
                }

                using (response)
                {
                    var isTransient = response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;
                    throw new RecActorsException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(token)}") { IsTransient = isTransient };
                }
            },
            cancellationToken);

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new RecActorsException("The answer is empty.");

    private static long Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
