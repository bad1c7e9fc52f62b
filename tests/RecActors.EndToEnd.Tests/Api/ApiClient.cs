using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecActors.Api;

/// <summary>A site's view of the server: plain HTTP and JSON.</summary>
internal sealed class ApiClient(Uri address) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.General)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNameCaseInsensitive = true,
    };

    public HttpClient Http { get; } = new() { BaseAddress = address };

    public void Dispose() => Http.Dispose();

    public override string ToString() => address.Authority;

    /// <summary>Posts actions; returns the acknowledged user version (of a batch of one user).</summary>
    public async Task<long> PostFeedbackAsync(CancellationToken cancellationToken, params FeedbackJson[] actions)
    {
        using var response = await Http.PostAsJsonAsync("/api/feedback", actions, Json, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return Header(response, "X-User-Version");
    }

    public Task<Answer> RecommendAsync(string user, int count, CancellationToken cancellationToken) =>
        GetAsync<Answer>($"/api/recommend/{Uri.EscapeDataString(user)}?n={count}&explain=true", cancellationToken);

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(path, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken))!;
    }

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync(path, body, Json, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken))!;
    }

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}", null, response.StatusCode);
        }
    }

    private static long Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? long.Parse(values.Single(), CultureInfo.InvariantCulture) : -1;
}

/// <summary>An answer with what it was made from.</summary>
internal sealed record Answer(IReadOnlyList<ScoredJson> Items, long UserVersion, long ModelVersion, DateTimeOffset Timestamp, bool Stale = false);

internal sealed record ScoredJson(string Id, double Score);

internal sealed record FeedbackJson(
    string FeedbackType, string UserId, string ItemId, double? Value = null, string? Timestamp = null, string? EventId = null);
