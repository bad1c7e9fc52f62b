using System.Text;
using System.Text.RegularExpressions;

namespace RecActors.Readme;

/// <summary>A <c>curl</c> line of the README as the request that it makes, so that the test needs no curl.</summary>
internal sealed partial record CurlLine(string Text, HttpMethod Method, Uri Address, string? Body)
{
    /// <summary>Understands the options that the README uses; any other is an error, so that no line is only half run.</summary>
    public static CurlLine Parse(string line)
    {
        HttpMethod? method = null;
        Uri? address = null;
        string? body = null;
        var words = new Queue<string>(Words(line).Skip(1));
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "-s" or "-i":
                    break;
                case "-X":
                    method = new HttpMethod(words.Dequeue());
                    break;
                case "-H":
                    Assert.Equal("Content-Type: application/json", words.Dequeue());
                    break;
                case "-d":
                    body = words.Dequeue();
                    break;
                default:
                    address = new Uri(word);
                    break;
            }
        }

        return new CurlLine(line, method ?? (body is null ? HttpMethod.Get : HttpMethod.Post), address!, body);
    }

    public HttpRequestMessage ToRequest(Uri server) => new(Method, new Uri(server, Address.PathAndQuery))
    {
        Content = Body is null ? null : new StringContent(Body, Encoding.UTF8, "application/json"),
    };

    /// <summary>Splits at blanks outside quotes; the README uses no escapes.</summary>
    private static IEnumerable<string> Words(string line) =>
        WordPattern().Matches(line).Select(match => match.Value.Trim('"', '\''));

    // JSON bodies hold double quotes within single ones; nothing in the README begins or ends with the quote that it is within.
    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex WordPattern();
}
