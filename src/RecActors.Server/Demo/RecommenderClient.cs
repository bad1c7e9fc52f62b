using System.Globalization;
using System.Text.Json;

namespace RecActors.Demo;

/// <summary>The few calls of the REST API that the tour makes, over the network like anybody else.</summary>
internal sealed class RecommenderClient(HttpClient http)
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNameCaseInsensitive = true };

    public async Task<RecommendedList> RecommendAsync(string userId, int count, string? category, CancellationToken cancellationToken)
    {
        var path = $"api/recommend/{Uri.EscapeDataString(userId)}{(category is null ? "" : "/" + Uri.EscapeDataString(category))}?n={count}&explain=true";
        return (await http.GetFromJsonAsync<RecommendedList>(path, Names, cancellationToken))!;
    }

    /// <summary>Posts actions and returns the user version that contains them.</summary>
    public async Task<long> PostFeedbackAsync(IReadOnlyList<PostedAction> actions, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("api/feedback", actions, cancellationToken);
        response.EnsureSuccessStatusCode();
        return long.Parse(response.Headers.GetValues("X-User-Version").Single(), CultureInfo.InvariantCulture);
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri("api/health/ready", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode;
    }
}

internal sealed record PostedAction(string FeedbackType, string UserId, string ItemId, double Value, string Timestamp);

internal sealed record RecommendedList(long UserVersion, long ModelVersion, IReadOnlyList<ListedItem> Items);

internal sealed record ListedItem(string Id, float Score, string? Name, Reasons? Explanation);

internal sealed record Reasons(float FoldInScore, IReadOnlyList<PastAction> Contributions, IReadOnlyList<RankerFeature> Features, IReadOnlyList<FoundBy> Sources);

internal sealed record PastAction(string ItemId, string? Name, float Contribution);

internal sealed record RankerFeature(string Feature, float Value, float Contribution);

internal sealed record FoundBy(string Source, int Rank);
