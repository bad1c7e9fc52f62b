using System.Globalization;
using System.Text.Json.Serialization;

namespace RecActors.Problems;

/// <summary>An RFC 9457 problem, with what the product adds: the faults of a request, and a batch's outcome per entry.</summary>
internal sealed record Problem
{
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("title")]
    public required string Title { get; init; }

    [JsonPropertyName("status")]
    public required int Status { get; init; }

    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    [JsonPropertyName("errors")]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>What became of each entry of a batch that failed half-way.</summary>
    [JsonPropertyName("outcomes")]
    public IReadOnlyList<EntryOutcome>? Outcomes { get; init; }

    /// <summary>Of a stream: the last line that is durable; everything up to it is.</summary>
    [JsonPropertyName("lastLine")]
    public long? LastLine { get; init; }

    /// <summary>Becomes the header Retry-After.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The header's value: whole seconds.</summary>
    [JsonIgnore]
    public string? RetryAfterSeconds => RetryAfter is { } pause ? ((long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;
}

/// <summary>One fault of a request.</summary>
/// <param name="Index">Of an array: the entry, from 0.</param>
/// <param name="Line">Of a stream or of malformed JSON: the line, from 1.</param>
/// <param name="Position">Of malformed JSON: the byte in the line, from 1.</param>
/// <param name="Field">The JSON name, query parameter or header at fault.</param>
/// <param name="Reason">What is wrong with it, for people.</param>
internal sealed record FieldError(
    [property: JsonPropertyName("index")] int? Index,
    [property: JsonPropertyName("line")] long? Line,
    [property: JsonPropertyName("position")] long? Position,
    [property: JsonPropertyName("field")] string Field,
    [property: JsonPropertyName("reason")] string Reason);

/// <summary>What became of an entry: <c>applied</c>, <c>unknown</c> (repeat it with the same event id), <c>not-applied</c>.</summary>
internal sealed record EntryOutcome(
    [property: JsonPropertyName("index")] int? Index,
    [property: JsonPropertyName("line")] long? Line,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("eventId")] string? EventId,
    [property: JsonPropertyName("userVersion")] long? UserVersion);
