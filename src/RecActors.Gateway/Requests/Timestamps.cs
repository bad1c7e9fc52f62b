using System.Globalization;

namespace RecActors.Requests;

/// <summary>
/// Times as producers write them: RFC 3339 and near relatives, RFC 1123, what Go and C print, dates, and Unix times in digits. UTC where
/// no zone is named.
/// </summary>
internal static class Timestamps
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss zzz",
        "yyyy-MM-dd HH:mmK",
        "yyyy-MM-dd",
        "yyyy/MM/dd HH:mm:ss",
        "yyyy/MM/dd",
        "yyyyMMdd",
        "yyyyMMddHHmmss",
        "yyyy-MM-dd HH:mm:ss zzz 'UTC'",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz 'UTC'",
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "ddd, dd MMM yyyy HH:mm:ss zzz",
        "ddd MMM d HH:mm:ss yyyy",
        "ddd MMM d HH:mm:ss zzz yyyy",
        "ddd MMM d HH:mm:ss 'UTC' yyyy",
        "MMM d, yyyy",
        "MMM d, yyyy HH:mm:ss",
        "MMM d, yyyy h:mm:ss tt",
        "MMMM d, yyyy",
        "MMMM d, yyyy HH:mm:ss",
        "MMMM d, yyyy h:mm:ss tt",
        "d MMM yyyy",
        "d MMM yyyy HH:mm:ss",
        "d MMM yyyy, HH:mm",
        "d MMMM yyyy",
        "yyyy-MMM-dd",
        "yyyy.MM.dd",
        "yyyy/MM/dd HH:mm",
        "yyyy-MM-dd hh:mm:ss tt",
        "yyyyMMdd'T'HHmmssK",
        "yyyy年MM月dd日",
    ];

    /// <summary>Go's zero time, 0001-01-01T00:00:00Z, which clients of the Gorse API send for "none".</summary>
    public static long ZeroMs { get; } = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    public static bool TryParse(string text, out long timestampMs)
    {
        if (text.Length is >= 9 and not 14 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return TryParseDigits(text, out timestampMs);
        }

        var parsed = DateTimeOffset.TryParseExact(TrimToTicks(text), Formats, CultureInfo.InvariantCulture, Utc, out var time);
        timestampMs = parsed ? time.ToUnixTimeMilliseconds() : 0;
        return parsed;
    }

    /// <summary>The JSON form of a time: 0 is Go's zero time, "none".</summary>
    public static DateTime ToWire(long timestampMs) => timestampMs == 0
        ? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc)
        : DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).UtcDateTime;

    private static bool TryParseDigits(string text, out long timestampMs)
    {
        timestampMs = 0;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        // The number of digits tells the unit for every time from 1973 to 2286.
        timestampMs = text.Length switch
        {
            <= 10 => number * 1000,
            <= 13 => number,
            <= 16 => number / 1000,
            _ => number / 1_000_000,
        };
        return true;
    }

    /// <summary>Go writes nanoseconds, two digits more than a tick holds.</summary>
    private static ReadOnlySpan<char> TrimToTicks(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return text;
        }

        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - dot - 1 > 7 ? string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end)) : text;
    }
}
