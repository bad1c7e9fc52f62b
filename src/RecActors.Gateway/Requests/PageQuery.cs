using System.Globalization;
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

    /// <summary>The one category of a list: of the path, or of the query. Null for all.</summary>
    /// <exception cref="ProblemException">400: more than one.</exception>
    public static string? Category(string? ofPath, string[]? ofQuery)
    {
        if (!string.IsNullOrEmpty(ofPath))
        {
            return ofPath;
        }

        var named = ofQuery?.Where(category => category.Length > 0).Distinct(StringComparer.Ordinal).ToArray() ?? [];
        return named.Length <= 1
            ? named.FirstOrDefault()
            : throw new ProblemException(ProblemTypes.InvalidRequest("category", "may be named once"));
    }
}
