using System.Globalization;
using System.Text;

namespace RecActors.DataSets;

/// <summary>Turns the text of a field into a value, or says why it is none.</summary>
internal sealed class FieldRules(DataSetOptions options)
{
    // Clocks of producers run ahead a little; more than a day is a mistake, and would make the action the newest for ever.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    // Unix seconds stay below this until the year 5138; Unix milliseconds are above it since March 1973.
    private const long FirstMilliseconds = 100_000_000_000;

    private readonly long _latestMs = (options.TimeProvider.GetUtcNow() + ClockSkew).ToUnixTimeMilliseconds();

    /// <summary>An id: not blank, not too long, no control characters and no slash, which would not survive in a URL's path.</summary>
    public string Id(string? text, string column)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FieldException(column, string.IsNullOrEmpty(text) ? "is empty" : "is blank");
        }

        if (Encoding.UTF8.GetByteCount(text) > options.MaxIdBytes)
        {
            throw new FieldException(column, $"is longer than {options.MaxIdBytes} bytes");
        }

        foreach (var character in text)
        {
            if (char.IsControl(character) || character is '/' or '\uFFFD')
            {
                throw new FieldException(column, "has a control character, a slash, or bytes that are not UTF-8");
            }
        }

        return text;
    }

    /// <summary>A finite number in invariant notation.</summary>
    public static double Number(string text, string column) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new FieldException(column, $"'{Excerpt(text)}' is not a finite number");

    /// <summary>A time in Unix seconds, Unix milliseconds or ISO 8601, as Unix milliseconds; 0 for an empty text.</summary>
    public long Time(string text, string column)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var milliseconds = Moment(text, column);
        return milliseconds < 0 ? throw new FieldException(column, $"'{Excerpt(text)}' is before 1970")
            : milliseconds > _latestMs ? throw new FieldException(column, $"'{Excerpt(text)}' is in the future")
            : milliseconds;
    }

    /// <summary>A time that may lie ahead; null for an empty text.</summary>
    public static long? Expiry(string text, string column) => text.Length == 0 ? null : Moment(text, column);

    private static long Moment(string text, string column)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unix))
        {
            return unix is > -FirstMilliseconds and < FirstMilliseconds ? unix * 1000 : unix;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new FieldException(column, $"'{Excerpt(text)}' is not a time: expected Unix seconds, Unix milliseconds or ISO 8601");
    }

    private static string Excerpt(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

/// <summary>A field that cannot be read: becomes a <see cref="RejectedLine"/>, never leaves the readers.</summary>
#pragma warning disable CA1032 // Made in one place, with one meaning.
internal sealed class FieldException(string? column, string reason) : Exception(reason)
#pragma warning restore CA1032
{
    public string? Column { get; } = column;
}
