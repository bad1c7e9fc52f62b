using System.Globalization;
using RecActors.Filters;
using RecActors.Hosting;
using RecActors.Problems;

namespace RecActors.Requests;

/// <summary>Reads query parameters so that a refusal names them.</summary>
internal static class PageQuery
{
    /// <summary>Parameter <c>n</c>.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static int Count(string? n, GatewayOptions options) => (int)Number("n", n, options.DefaultCount, 1, options.MaxCount);

    /// <summary>Parameter <c>offset</c>.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static int Offset(string? offset, GatewayOptions options) => (int)Number("offset", offset, 0, 0, options.MaxOffset);

    /// <exception cref="ProblemException">400.</exception>
    public static long Number(string name, string? text, long absent, long least, long most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return absent;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new ProblemException(ProblemTypes.InvalidRequest(name, $"must be a whole number from {least} to {most}"));
    }

    /// <exception cref="ProblemException">400.</exception>
    public static bool Flag(string name, string? text) => text switch
    {
        null or "" or "false" or "0" => false,
        "true" or "1" => true,
        _ => throw new ProblemException(ProblemTypes.InvalidRequest(name, "must be true or false")),
    };

    /// <summary>The category of a list: of the path, or the first of the query. Null for all.</summary>
    public static string? Category(string? ofPath, string[]? ofQuery) =>
        string.IsNullOrEmpty(ofPath) ? Named(ofQuery).FirstOrDefault() : ofPath;

    /// <summary>The other categories of the query: an item must be in all of them. Null for none.</summary>
    public static ItemPredicate? OtherCategories(string? ofPath, string[]? ofQuery)
    {
        var others = string.IsNullOrEmpty(ofPath) ? Named(ofQuery).Skip(1).ToArray() : [];
        return others.Length == 0 ? null : new ItemPredicate(
            [.. others.Select(category => new PredicateStep(FilterOperation.Category, category)), new PredicateStep(FilterOperation.And, Operands: others.Length)]);
    }

    private static IEnumerable<string> Named(string[]? categories) =>
        categories?.Where(category => category.Length > 0).Distinct(StringComparer.Ordinal) ?? [];
}
