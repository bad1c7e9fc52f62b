using System.Text;
using System.Text.Json;

namespace RecActors.Bench;

/// <summary>An id as it stands in a path and in JSON, quotes included.</summary>
internal readonly record struct WireId(byte[] InPath, byte[] InJson)
{
    public static WireId Of(string id) => new(Encoding.ASCII.GetBytes(Uri.EscapeDataString(id)), JsonSerializer.SerializeToUtf8Bytes(id));
}

/// <summary>Who asks and what is acted on: the users and items of the server, and the laws by which a load chooses among them. Immutable.</summary>
internal sealed record BenchWorld(string Host, WireId[] Users, WireId[] Items, ZipfChoice UserChoice, ZipfChoice ItemChoice)
{
    /// <summary>The type of the actions.</summary>
    public string FeedbackType { get; init; } = "watch";

    private const int Page = 1000;
    private const int MostIds = 200_000;
    private const int MadeUpIds = 10_000;

    /// <summary>Reads the ids from the server.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public static async Task<BenchWorld> ReadAsync(HttpClient http, double exponent, CancellationToken cancellationToken)
    {
        var users = await ListAsync(http, "users", "UserId", cancellationToken);
        var items = await ListAsync(http, "items", "ItemId", cancellationToken);
        if (users.Length == 0 || items.Length == 0)
        {
            throw new InvalidDataException("The server has no users or no items to measure with: import something, or begin with recactors demo --once.");
        }

        return Of(http.BaseAddress!.Authority, users, items, exponent);
    }

    /// <summary>The same, with items and users that nobody knows yet where there are none: who acts brings them into being.</summary>
    public static async Task<BenchWorld> ReadOrMakeUpAsync(HttpClient http, double exponent, CancellationToken cancellationToken)
    {
        var items = await ListAsync(http, "items", "ItemId", cancellationToken);
        return Of(
            http.BaseAddress!.Authority,
            MadeUp("bench-user-"),
            items.Length > 0 ? items : MadeUp("item-"),
            exponent);

        static WireId[] MadeUp(string prefix) => [.. Enumerable.Range(0, MadeUpIds).Select(number => WireId.Of($"{prefix}{number:D4}"))];
    }

    public static BenchWorld Of(string host, WireId[] users, WireId[] items, double exponent) =>
        new(host, users, items, new ZipfChoice(users.Length, exponent, seed: 1), new ZipfChoice(items.Length, exponent, seed: 2));

    /// <summary>The same items, and users that are named by a number.</summary>
    public BenchWorld WithUsers(string prefix, int count, double exponent) =>
        Of(Host, [.. Enumerable.Range(0, count).Select(number => WireId.Of($"{prefix}{number}"))], Items, exponent) with { FeedbackType = FeedbackType };

    private static async Task<WireId[]> ListAsync(HttpClient http, string what, string name, CancellationToken cancellationToken)
    {
        var ids = new List<WireId>();
        var cursor = "";
        do
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"api/{what}?n={Page}&cursor={Uri.EscapeDataString(cursor)}", cancellationToken);
            cursor = page.GetProperty("Cursor").GetString()!;
            ids.AddRange(page.EnumerateObject().First(property => property.Value.ValueKind == JsonValueKind.Array).Value
                .EnumerateArray().Select(entry => WireId.Of(entry.GetProperty(name).GetString()!)));
        }
        while (cursor.Length > 0 && ids.Count < MostIds);

        return [.. ids];
    }
}
