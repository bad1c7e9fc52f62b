using System.Text.Json.Serialization;
using RecActors.Json;
using RecActors.Requests;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>An action as a site sends it.</summary>
internal sealed record FeedbackBody
{
    public string? FeedbackType { get; init; }

    public string? UserId { get; init; }

    public string? ItemId { get; init; }

    public double? Value { get; init; }

    public string? Timestamp { get; init; }

    public string? Comment { get; init; }

    public RawJson Labels { get; init; }

    /// <summary>Unique per user: a repeated delivery with the same id is acknowledged, not applied again.</summary>
    public string? EventId { get; init; }

    /// <summary>The header X-Recommendation-Id of the answer that led to the action.</summary>
    public string? RecommendationId { get; init; }
}

/// <summary>A feedback row as sites read it.</summary>
internal sealed record FeedbackRowBody(
    string FeedbackType,
    string UserId,
    string ItemId,
    double Value,
    DateTime Timestamp,
    DateTime Updated,
    RawJson Labels,
    string Comment)
{
    public static FeedbackRowBody From(FeedbackRow row) => new(
        row.FeedbackType,
        row.UserId,
        row.ItemId,
        row.Value,
        Timestamps.ToWire(row.TimestampMs),
        Timestamps.ToWire(row.UpdatedMs == 0 ? row.TimestampMs : row.UpdatedMs),
        new RawJson(row.LabelsJson),
        row.Comment ?? "");
}

/// <summary>A page of feedback; the cursor is empty on the last one. The types of gorsejs name the rows <c>Feedbacks</c>, the Gorse API <c>Feedback</c>.</summary>
internal sealed record FeedbackPageBody(string Cursor, IReadOnlyList<FeedbackRowBody> Feedback)
{
    public IReadOnlyList<FeedbackRowBody> Feedbacks => Feedback;
}

/// <summary>The deletion of one row: how many rows were affected, and the row as it was.</summary>
internal sealed record DeletedRowBody(
    int RowAffected, string FeedbackType, string UserId, string ItemId, double Value, DateTime Timestamp, string Comment)
{
    public static DeletedRowBody From(FeedbackRow row) => new(
        1, row.FeedbackType, row.UserId, row.ItemId, row.Value, Timestamps.ToWire(row.TimestampMs), row.Comment ?? "");
}

/// <summary>The acknowledgement of a batch; the versions are there when the request asks for them, what was dropped of erased users when there is some.</summary>
internal sealed record FeedbackReceiptBody(
    int RowAffected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Erased = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, long>? UserVersions = null);

/// <summary>The acknowledgement of a stream: everything up to <paramref name="LastLine"/> is durable.</summary>
internal sealed record FeedbackStreamBody(
    long RowAffected,
    long LastLine,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Erased = 0);
