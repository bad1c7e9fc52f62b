using System.Buffers.Text;
using System.Text;
using RecActors.Problems;

namespace RecActors.Requests;

/// <summary>Cursors as clients carry them: opaque, safe in a query string; empty for the first page and after the last.</summary>
internal static class Cursor
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Encode(string? after) => after is null ? "" : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(after));

    /// <exception cref="ProblemException">400: not one of ours.</exception>
    public static string? Decode(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }

        try
        {
            return Strict.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw Foreign();
        }
    }

    /// <summary>The refusal of a cursor that is not one of ours.</summary>
    public static ProblemException Foreign() =>
        new(ProblemTypes.InvalidRequest("cursor", "is not a cursor that this API returned"));
}
