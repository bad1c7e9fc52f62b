using System.Globalization;
using System.Text.Json.Nodes;

namespace RecActors.Fuzzing;

/// <summary>Requests for every operation of a document and of the console, one after the other, with hostile parameters, headers and bodies. The seed decides everything.</summary>
internal sealed class HostileRequests
{
    private static readonly string[] OtherTypes =
        ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=utf-16", "application/x-ndjson", "x", "*/*", ""];

    private const string OptionalCategory = "/{category}";

    /// <summary>What the console asks beside the described API.</summary>
    private static readonly DescribedOperation[] OfTheConsole =
    [
        Read("/api/console/users", ("q", "query")),
        Read("/api/console/users/{user-id}", ("user-id", "path")),
        Read("/api/console/items", ("q", "query")),
        Read("/api/console/items/{item-id}", ("item-id", "path")),
        Read("/api/console/lists"),
        Read("/api/console/lists/{name}", ("name", "path"), ("window", "query")),
    ];

    private static readonly string[] OtherMethods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PURGE"];

    private readonly Random _random;
    private readonly HostileValues _values;
    private readonly HostileBodies _bodies;
    private readonly IReadOnlyList<DescribedOperation> _operations;

    public HostileRequests(JsonNode document, int seed)
    {
        _random = new Random(seed);
        _values = new HostileValues(_random);
        _bodies = new HostileBodies(_random, _values, document);
        _operations = [.. DescribedOperation.AllOf(document), .. OfTheConsole];
    }

    public int Operations => _operations.Count;

    /// <summary>The request after so many: the operations take turns. Its text is what repeats it.</summary>
    public (DescribedOperation Operation, HttpRequestMessage Request, string Text) Next(int index)
    {
        var operation = _operations[index % _operations.Count];
        var method = _random.Next(40) == 0 ? OtherMethods[_random.Next(OtherMethods.Length)] : operation.Method;
        var path = PathOf(operation);
        var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri("http://fuzz" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, _) in operation.Parameters.Where(parameter => parameter.In == "header" && _random.Next(3) == 0))
        {
            request.Headers.TryAddWithoutValidation(name, Printable(ValueOf(name)));
        }

        var body = method == "GET" ? null : BodyOf(operation, request);
        return (operation, request, $"{method} {path} {(body is null ? "" : Convert.ToBase64String(body))}");
    }

    private static DescribedOperation Read(string path, params (string, string)[] parameters) => new("GET", path, parameters, new Dictionary<string, JsonNode>(), "read");

    private string PathOf(DescribedOperation operation)
    {
        // The document has every parameter of a path, and the last of many may be absent.
        var path = operation.Path.EndsWith(OptionalCategory, StringComparison.Ordinal) && _random.Next(2) == 0 ? operation.Path[..^OptionalCategory.Length] : operation.Path;
        foreach (var (name, _) in operation.Parameters.Where(parameter => parameter.In == "path"))
        {
            var value = _random.Next(2) == 0 ? _values.Known() : _values.Text();
            path = path.Replace("{" + name + "}", _random.Next(12) == 0 ? value.Replace('\0', '_').Replace(' ', '+') : Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        var query = operation.Parameters.Where(parameter => parameter.In == "query" && _random.Next(3) == 0)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(ValueOf(parameter.Name))}").ToList();
        if (_random.Next(15) == 0)
        {
            query.AddRange(["n=1", "n=2", "%00=%ff", "unknown=1"]);
        }

        // What no request line can carry is encoded, whatever the rest is.
        return string.Concat(path.Select(letter => letter is > ' ' and < '\x7f' and not ('?' or '#') ? letter.ToString() : Uri.EscapeDataString(char.IsSurrogate(letter) ? "\uFFFD" : letter.ToString())))
            + (query.Count == 0 ? "" : "?" + string.Join('&', query));
    }

    private string ValueOf(string name)
    {
        var value = AnyValueOf(name);

        // A version that the user has yet to reach is waited for until the deadline: that is an answer of its own, and a slow one.
        return name.EndsWith("minimum-user-version", StringComparison.OrdinalIgnoreCase) && long.TryParse(value, CultureInfo.InvariantCulture, out var version) && version > 0
            ? "-" + value
            : value;
    }

    private string AnyValueOf(string name) => (name, _random.Next(3)) switch
    {
        ("category" or "user-id" or "write-back-type" or "q", > 0) => _values.Known(),
        ("n" or "offset" or "lambda" or "version" or "minimum-user-version" or "X-Minimum-User-Version", > 0) => _values.Number(),
        _ => _values.Text(),
    };

    private byte[]? BodyOf(DescribedOperation operation, HttpRequestMessage request)
    {
        if (operation.Bodies.Count == 0 && _random.Next(4) > 0)
        {
            return null;
        }

        var (type, schema) = operation.Bodies.Count == 0
            ? new KeyValuePair<string, JsonNode>("application/json", new JsonObject())
            : operation.Bodies.ElementAt(_random.Next(operation.Bodies.Count));
        var body = _bodies.Of(schema, inLines: type == "application/x-ndjson");
        request.Content = new ByteArrayContent(body);
        type = _random.Next(10) == 0 ? OtherTypes[_random.Next(OtherTypes.Length)] : type;
        if (type.Length > 0)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (_random.Next(40) == 0)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        }

        return body;
    }

    private static string Printable(string value) => string.Concat(value.Where(letter => letter is >= ' ' and < '\x7f')) is var kept && kept.Length > 2_000 ? kept[..2_000] : kept;
}
