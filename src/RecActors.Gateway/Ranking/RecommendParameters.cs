using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Hosting;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Ranking;

/// <summary>The parameters that recommendations to users and to sessions share.</summary>
internal readonly record struct RecommendParameters(
    [FromRoute(Name = "category")] string? PathCategory,
    [FromQuery(Name = "category")] string[]? Categories,
    [FromQuery(Name = "n")] string? Count,
    [FromQuery(Name = "offset")] string? Offset,
    [FromQuery(Name = "explain")] string? Explain,
    [FromQuery(Name = "lambda")] string? Lambda,
    [FromQuery(Name = "exploration")] string? Exploration,
    [FromServices] GrainCalls Calls,
    [FromServices] IOptions<GatewayOptions> Options,
    [FromServices] TimeProvider Time)
{
    /// <exception cref="ProblemException">400 naming the parameter.</exception>
    public RecommendQuery Read(long minimumUserVersion = 0) => new()
    {
        Count = PageQuery.Count(Count, Options.Value),
        Offset = PageQuery.Offset(Offset, Options.Value),
        Category = PageQuery.Category(PathCategory, Categories),
        Where = PageQuery.OtherCategories(PathCategory, Categories),
        Explain = PageQuery.Flag("explain", Explain),
        MinimumUserVersion = minimumUserVersion,
        Lambda = ReadShare("lambda", Lambda),
        Exploration = ReadExploration(),
    };

    public Validation StartValidation() => new(Options.Value, Time.GetUtcNow().ToUnixTimeMilliseconds());

    private float ReadExploration() => ReadShare("exploration", Exploration) is not { } exploration ? 0
        : exploration == 0 || string.IsNullOrEmpty(Lambda) ? exploration
        : throw new ProblemException(ProblemTypes.InvalidRequest("exploration", "cannot be joined with lambda: what is drawn is not re-ordered"));

    private static float? ReadShare(string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? share
            : throw new ProblemException(ProblemTypes.InvalidRequest(name, "must be a number from 0 to 1"));
    }
}
