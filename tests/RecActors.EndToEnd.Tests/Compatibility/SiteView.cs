using RecActors.Api;

namespace RecActors.Compatibility;

/// <summary>Everything that a site can ask a server for about the sample's users and items, as it was answered.</summary>
internal sealed record SiteView(
    IReadOnlyList<string> Feedback,
    IReadOnlyList<string> Users,
    IReadOnlyList<string> Items,
    string Models,
    IReadOnlyDictionary<string, Answer> Answers)
{
    private const int PageSize = 1000;
    private const int AnswerLength = 20;

    public static async Task<SiteView> OfAsync(ApiClient site, IEnumerable<string> users, CancellationToken cancellationToken)
    {
        var answers = new SortedDictionary<string, Answer>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            answers.Add(user, await site.RecommendAsync(user, AnswerLength, cancellationToken));
        }

        return new(
            await AllAsync(site, "feedback", "Feedback", cancellationToken),
            await AllAsync(site, "users", "Users", cancellationToken),
            await AllAsync(site, "items", "Items", cancellationToken),
            (await site.GetAsync<System.Text.Json.JsonElement>("/api/models", cancellationToken)).GetRawText(),
            answers);
    }

    private static async Task<List<string>> AllAsync(ApiClient site, string path, string name, CancellationToken cancellationToken)
    {
        var all = new List<string>();
        var cursor = "";
        do
        {
            var page = await site.GetAsync<System.Text.Json.JsonElement>($"/api/{path}?n={PageSize}&cursor={Uri.EscapeDataString(cursor)}", cancellationToken);
            all.AddRange(page.GetProperty(name).EnumerateArray().Select(element => element.GetRawText()));
            cursor = page.GetProperty("Cursor").GetString()!;
        }
        while (cursor.Length > 0);
        return all;
    }
}
