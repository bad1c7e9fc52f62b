using System.Text.Json.Nodes;

namespace RecActors.Fuzzing;

/// <summary>An operation as the OpenAPI document describes it.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Path">The path with its parameters in braces.</param>
/// <param name="Parameters">Name and place of every parameter: path, query or header.</param>
/// <param name="Bodies">The schema of the body by its content type; none when it takes no body.</param>
/// <param name="Scope">What a key must be allowed; null when nobody needs a key.</param>
internal sealed record DescribedOperation(
    string Method, string Path, IReadOnlyList<(string Name, string In)> Parameters, IReadOnlyDictionary<string, JsonNode> Bodies, string? Scope)
{
    public string Name => $"{Method} {Path}";

    public bool Reads => Method == "GET" || Path.Contains("/recommend/", StringComparison.Ordinal);

    /// <summary>Every operation of a document.</summary>
    public static IReadOnlyList<DescribedOperation> AllOf(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select new DescribedOperation(
               operation.Key.ToUpperInvariant(),
               path.Key,
               [.. (operation.Value!["parameters"]?.AsArray() ?? []).Select(parameter => ((string)parameter!["name"]!, (string)parameter["in"]!))],
               (operation.Value["requestBody"]?["content"]?.AsObject() ?? []).ToDictionary(content => content.Key, content => content.Value!["schema"]!),
               (string?)operation.Value["security"]?[0]?["ApiKey"]?[0]),
    ];
}
