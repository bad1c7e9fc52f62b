using System.Text.Json.Nodes;
using RecActors.Filters;
using RecActors.Ranking;

namespace RecActors.Clients;

/// <summary>What the REST API takes of a question in a body: predicates, boosts and caps.</summary>
internal static class WireRequest
{
    /// <summary>The body of a question; null when its parameters say everything.</summary>
    /// <exception cref="ArgumentException">A predicate is malformed.</exception>
    public static JsonObject? Of(RecommendQuery query)
    {
        if (query.Where is null && query.Boosts is null && query.Caps is null)
        {
            return null;
        }

        var body = new JsonObject();
        if (query.Where is { } where)
        {
            body["Where"] = Of(where);
        }

        if (query.Boosts is { } boosts)
        {
            body["Boosts"] = new JsonArray([.. boosts.Select(boost => new JsonObject { ["Where"] = Of(boost.Where), ["Amount"] = boost.Amount })]);
        }

        if (query.Caps is { } caps)
        {
            body["Caps"] = new JsonObject(caps.Select(cap => KeyValuePair.Create<string, JsonNode?>(cap.Category ?? "*", cap.Most)));
        }

        return body;
    }

    /// <summary>From steps in postfix order to the API's tree.</summary>
    private static JsonObject Of(ItemPredicate predicate)
    {
        var results = new Stack<JsonObject>();
        foreach (var step in predicate.Steps)
        {
            var operands = step.Operation == FilterOperation.Not ? 1 : step.Operation is FilterOperation.And or FilterOperation.Or ? step.Operands : 0;
            if (operands < 0 || operands > results.Count)
            {
                throw new ArgumentException("A step of the predicate joins more results than there are.", nameof(predicate));
            }

            var joined = new JsonObject[operands];
            for (var i = operands - 1; i >= 0; i--)
            {
                joined[i] = results.Pop();
            }

            results.Push(Of(step, joined));
        }

        return results.Count == 1 ? results.Pop() : throw new ArgumentException("The predicate leaves none or more than one result.", nameof(predicate));
    }

    private static JsonObject Of(in PredicateStep step, JsonObject[] joined) => step.Operation switch
    {
        FilterOperation.Category => new() { ["Category"] = step.Name },
        FilterOperation.Items => new() { ["Items"] = Texts(step.Values) },
        FilterOperation.Label when step.Values is { Count: > 0 } => new() { ["Label"] = step.Name, ["In"] = Texts(step.Values) },
        FilterOperation.Label => new() { ["Label"] = step.Name },
        FilterOperation.Range => new() { ["Label"] = step.Name, ["From"] = step.From, ["To"] = step.To },
        FilterOperation.Not => new() { ["Not"] = joined[0] },
        FilterOperation.And => new() { ["And"] = new JsonArray([.. joined]) },
        FilterOperation.Or => new() { ["Or"] = new JsonArray([.. joined]) },
        _ => throw new ArgumentException($"The predicate's operation {(int)step.Operation} is unknown.", nameof(step)),
    };

    private static JsonArray Texts(IReadOnlyList<string>? values) => new([.. (values ?? []).Select(value => (JsonNode)value)]);
}
