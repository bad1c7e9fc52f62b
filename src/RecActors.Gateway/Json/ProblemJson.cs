using System.Text.Json.Serialization;
using RecActors.Problems;

namespace RecActors.Json;

/// <summary>How problems are written: RFC 9457's lower-case names, absent parts left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
