using RecActors.Json;
using RecActors.Requests;

namespace RecActors.Users;

/// <summary>Everything that is stored of a user.</summary>
internal sealed record UserExportBody(UserAnswer User, IReadOnlyList<ExportedActionBody> Actions)
{
    public static UserExportBody From(UserExport export) =>
        new(UserAnswer.From(export.Profile), [.. export.Actions.Select(ExportedActionBody.From)]);
}

/// <summary>An action as it was sent: <c>Add</c>, <c>Set</c>, <c>Remove</c>, or <c>Show</c> for what was written back.</summary>
internal sealed record ExportedActionBody(
    string Operation, string FeedbackType, string ItemId, double Value, DateTime Timestamp, string Comment, RawJson Labels)
{
    public static ExportedActionBody From(FeedbackAction action) => new(
        action.Operation.ToString(),
        action.FeedbackType,
        action.ItemId,
        action.Value,
        Timestamps.ToWire(action.TimestampMs),
        action.Comment ?? "",
        new RawJson(action.LabelsJson));
}

/// <summary>Whose actions a user takes over.</summary>
internal sealed record MergeBody
{
    /// <summary>The user who is merged: an anonymous session, say.</summary>
    public string? From { get; init; }

    /// <summary>Whether that one is deleted then.</summary>
    public bool? Delete { get; init; }
}
