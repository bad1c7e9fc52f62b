using System.Globalization;

namespace RecActors.Json;

/// <summary>The serializer's paths, such as <c>$[3].Value</c>.</summary>
internal static class JsonPath
{
    /// <summary>The entry of a top-level array and the field in it; nulls where the path names none.</summary>
    public static (int? Index, string? Field) Split(string? path)
    {
        var rest = path.AsSpan();
        rest = rest.StartsWith("$") ? rest[1..] : rest;
        int? index = null;
        if (rest.StartsWith("[") && rest.IndexOf(']') is var end and > 0
            && int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            index = number;
            rest = rest[(end + 1)..];
        }

        rest = rest.TrimStart('.');
        return (index, rest.IsEmpty ? null : rest.ToString());
    }
}
