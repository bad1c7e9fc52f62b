using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace RecActors.OpenApi;

/// <summary>A body for each operation that takes one, which works as it stands on a fresh server. By the operation's id.</summary>
internal static class RequestExamples
{
    private const string Actions = """[{"FeedbackType":"read","UserId":"ann","ItemId":"toy-story","Timestamp":"2026-01-31T12:00:00Z","EventId":"a-7"}]""";

    private const string User = """{"UserId":"ann","Labels":{"city":"Bremen"},"Comment":"Ann"}""";

    private const string Item =
        """{"ItemId":"toy-story","Categories":["Comedy"],"Timestamp":"1995-11-22T00:00:00Z","Labels":{"year":1995,"maker":{"name":"Pixar"}},"Comment":"Toy Story (1995)"}""";

    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["InsertFeedback"] = Actions,
        ["OverwriteFeedback"] = Actions,
        ["InsertUser"] = User,
        ["InsertUsers"] = $"[{User}]",
        ["ModifyUser"] = """{"Comment":"Ann B."}""",
        ["MergeUser"] = """{"From":"session-1"}""",
        ["InsertItem"] = Item,
        ["InsertItems"] = $"[{Item}]",
        ["ModifyItem"] = """{"IsHidden":false,"ExpiresAt":"2099-01-01T00:00:00Z"}""",
        ["AskRecommend"] =
            """{"Where":{"And":[{"Category":"Comedy"},{"Not":{"Label":"year","To":1980}}]},"Exclude":["jumanji"],"Boosts":[{"Where":{"Label":"maker.name","In":["Pixar"]},"Amount":0.2}],"Caps":{"Comedy":3}}""",
        ["SessionRecommend"] = """[{"FeedbackType":"read","ItemId":"toy-story"}]""",
        ["StartRefit"] = """{"Reason":"by hand","Promote":true,"Seed":1}""",
        ["AddKey"] = """{"Name":"shop","Scopes":["read","write"],"RequestsPerSecond":500}""",
    };

    /// <summary>Puts the examples where they belong.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()))
        {
            if (operation.RequestBody?.Content is { } contents
                && Bodies.TryGetValue(operation.OperationId ?? "", out var example)
                && contents.TryGetValue("application/json", out var content)
                && content is OpenApiMediaType media)
            {
                media.Example = JsonNode.Parse(example);
            }
        }
    }
}
