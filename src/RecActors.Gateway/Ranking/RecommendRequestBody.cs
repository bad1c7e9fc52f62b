using Microsoft.AspNetCore.Http;
using RecActors.Filters;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Ranking;

/// <summary>What a site asks for in a body: the parameters of a recommendation, and what no parameter can say.</summary>
internal sealed record RecommendRequestBody
{
    /// <summary>Only items that pass.</summary>
    public PredicateBody? Where { get; init; }

    /// <summary>Items to leave out.</summary>
    public string?[]? Exclude { get; init; }

    /// <summary>Items to move up or down.</summary>
    public BoostBody?[]? Boosts { get; init; }

    /// <summary>How many items of a category at most; <c>*</c> is every category that is not named.</summary>
    public Dictionary<string, int>? Caps { get; init; }

    /// <summary>Reads the body of a request, which may be empty.</summary>
    /// <exception cref="ProblemException">400 naming each fault.</exception>
    public static async Task<RecommendQuery> ReadAsync(RecommendQuery query, RecommendParameters parameters, HttpContext http)
    {
        var options = parameters.Options.Value;
        using var body = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes, http.RequestAborted);
        if (body.Bytes.IsEmpty)
        {
            return query;
        }

        var validation = parameters.StartValidation();
        var asked = JsonBody.ReadObject<RecommendRequestBody>(body.Bytes, options).Read(query, validation);
        validation.ThrowIfFaulty();
        return asked;
    }

    private RecommendQuery Read(RecommendQuery query, Validation validation)
    {
        var where = new List<PredicateStep>();
        var parts = 0;
        if (Where is not null)
        {
            Where.Read(nameof(Where), validation, where);
            parts++;
        }

        if (Exclude is { Length: > 0 })
        {
            where.Add(new PredicateStep(FilterOperation.Items, Values: [.. Exclude.OfType<string>()]));
            where.Add(new PredicateStep(FilterOperation.Not));
            parts++;
        }

        if (query.Where is { } named)
        {
            where.AddRange(named.Steps);
            parts++;
        }

        if (parts > 1)
        {
            where.Add(new PredicateStep(FilterOperation.And, Operands: parts));
        }

        return query with
        {
            Where = parts == 0 ? null : new ItemPredicate(where),
            Boosts = Boosts is null ? null : [.. Boosts.Select((boost, index) => (boost ?? new BoostBody()).Read($"{nameof(Boosts)}[{index}]", validation))],
            Caps = Caps is null ? null : [.. Caps.Select(cap => CapOf(cap.Key, cap.Value, validation))],
        };
    }

    private static Cap CapOf(string category, int most, Validation validation)
    {
        if (most < 0)
        {
            validation.Fault(default, $"{nameof(Caps)}.{category}", "must not be negative");
        }

        return new Cap(category == "*" ? null : category, most);
    }
}

/// <summary>Moves items up or down: 1 lifts them above all others, −1 puts them below.</summary>
internal sealed record BoostBody
{
    public PredicateBody? Where { get; init; }

    public double? Amount { get; init; }

    public Boost Read(string field, Validation validation)
    {
        var steps = new List<PredicateStep>();
        if (Where is null)
        {
            validation.Fault(default, field + ".Where", "is missing");
        }
        else
        {
            Where.Read(field + ".Where", validation, steps);
        }

        if (Amount is not (>= -10 and <= 10))
        {
            validation.Fault(default, field + ".Amount", "must be a number from -10 to 10");
        }

        return new Boost(new ItemPredicate(steps), (float)(Amount ?? 0));
    }
}
