using System.Globalization;
using System.Text;

namespace RecActors.Fuzzing;

/// <summary>Values as clients with faults, and worse, send them. What comes out is a function of the random numbers.</summary>
internal sealed class HostileValues(Random random)
{
    public const string Prefix = "fuzz";

    private static readonly string[] Texts =
    [
        "", " ", "\t", "\n", "\0", "a\0b", "\u0007", "\u001b[31m", "\u007f", "\u0085", "\u200b", "\u202eabc", "\ufeff", "\ufffe", "é", "e\u0301", "日本語", "👩‍👩‍👧", "İ", "ß",
        ".", "..", "../..", "a/b", "a\\b", "a:b", "{a}", "a{0}b", "*", "[", "]", "a*b", "?", "%", "%00", "%2e%2e", "+", "a b", "'; DROP TABLE log; --", "\"", "<script>", "${jndi:x}",
        "null", "true", "NaN", "Infinity", "-0", "0x10", "1e999", "1,5", "٣", "9223372036854775807", "9223372036854775808", "-1", "0", "1", "2", "10", "1000", "1001", "99999999999999999999999",
        "2026-01-31T12:00:00Z", "2026-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "99999999999999", "1970-01-01", "-62135596800", "24h", "-1h", "9999999h", "1h1h",
        "read", "admin", "popular", "latest", "neighbors", "__proto__", "constructor",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "0.5", "1.5", "1e308", "-1e308", "1e309", "1E-400", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "01", "+1", "0x1", "NaN", "Infinity", "1.", ".5", "1e", "--1",
    ];

    /// <summary>An id that exists, or nearly.</summary>
    public string Known() => $"{Prefix}-{random.Next(8)}";

    /// <summary>Any text: a nasty one, a long one, random letters of all planes; lone surrogates, too, unless it has to be encoded.</summary>
    public string Text(bool mayBeBroken = false) => random.Next(8) switch
    {
        0 or 1 => Known(),
        2 => new string(random.Next(2) == 0 ? 'x' : 'é', random.Next(4) switch { 0 => 512, 1 => 513, 2 => 1_000, _ => random.Next(3_000) }),
        3 => Letters(mayBeBroken),
        _ => Texts[random.Next(Texts.Length)],
    };

    public string Number() => random.Next(4) == 0
        ? random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture)
        : Numbers[random.Next(Numbers.Length)];

    private string Letters(bool mayBeBroken)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, 30); left > 0; left--)
        {
            var code = random.Next(3) switch { 0 => random.Next(0x20), 1 => random.Next(0x10000), _ => random.Next(0x10FFFF) };
            if (code is >= 0xD800 and <= 0xDFFF)
            {
                text.Append(mayBeBroken ? (char)code : '\uFFFD');
            }
            else
            {
                text.Append(char.ConvertFromUtf32(code));
            }
        }

        return text.ToString();
    }
}
