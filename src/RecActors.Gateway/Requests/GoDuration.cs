using System.Buffers;
using System.Globalization;

namespace RecActors.Requests;

/// <summary>Durations as Go and the clients of the Gorse API write them: <c>1h30m</c>, <c>1.5h</c>, <c>300ms</c>; units ns, us, ms, s, m, h.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        rest = negative || rest.StartsWith("+") ? rest[1..] : rest;
        if (rest is "0")
        {
            return true;
        }

        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            var number = rest.IndexOfAnyExcept(Digits);
            if (number <= 0 || !double.TryParse(rest[..number], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return false;
            }

            rest = rest[number..];
            var end = rest.IndexOfAny(Digits);
            var unit = end < 0 ? rest : rest[..end];
            if (SecondsOf(unit) is not { } factor)
            {
                return false;
            }

            seconds += amount * factor;
            rest = rest[unit.Length..];
        }

        if (text.Length == 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(negative ? -seconds : seconds);
        return true;
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1e-9,
        "us" or "µs" or "μs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => null,
    };
}
