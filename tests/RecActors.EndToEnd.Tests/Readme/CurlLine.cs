using System.Text;
using System.Text.RegularExpressions;

namespace RecActors.Readme;

/// <summary>A <c>curl</c> command of a document as the request that it makes, so that the test needs no curl.</summary>
internal sealed partial record CurlLine(string Text, HttpMethod Method, Uri Address, string? Body)
{
    /// <summary>Every command of a document, in its order. One goes on in the next line after a backslash, and within quotes.</summary>
    public static IReadOnlyList<CurlLine> AllOf(string document)
    {
        var calls = new List<CurlLine>();
        var open = "";
        foreach (var line in document.Split('\n'))
        {
            if (open.Length == 0 && !line.StartsWith("curl ", StringComparison.Ordinal))
            {
                continue;
            }

            open += line;
            if (open.EndsWith('\\'))
            {
                open = open[..^1];
            }
            else if (open.Count(letter => letter == '\'') % 2 == 0)
            {
                calls.Add(Parse(open));
                open = "";
            }
        }

        Assert.Empty(open);
        return calls;
    }

    /// <summary>Understands the options that the documents use; any other is an error, so that no line is only half run.</summary>
    private static CurlLine Parse(string line)
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
                    Assert.Null(address);
                    address = new Uri(word.StartsWith("http", StringComparison.Ordinal) ? word : $"http://{word}");
                    break;
            }
        }

        return new CurlLine(line, method ?? (body is null ? HttpMethod.Get : HttpMethod.Post), address!, body);
    }

    public HttpRequestMessage ToRequest(Uri server) => new(Method, new Uri(server, Address.PathAndQuery))
    {
        Content = Body is null ? null : new StringContent(Body, Encoding.UTF8, "application/json"),
    };

    /// <summary>Splits at blanks outside quotes; the documents use no escapes.</summary>
    private static IEnumerable<string> Words(string line) =>
        WordPattern().Matches(line).Select(match => match.Value.Trim('"', '\''));

    // JSON bodies hold double quotes within single ones; nothing in the documents begins or ends with the quote that it is within.
    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex WordPattern();
}
