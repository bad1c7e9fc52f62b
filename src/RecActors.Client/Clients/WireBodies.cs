using System.Globalization;
using System.Text.Json.Nodes;
using RecActors.Items;
using RecActors.Users;

namespace RecActors.Clients;

/// <summary>An action as the REST API has it.</summary>
internal sealed record WireAction(
    string FeedbackType, string? UserId, string ItemId, double Value, string Timestamp, string? Comment, string? EventId, JsonNode? Labels)
{
    public static WireAction From(string? userId, FeedbackAction action) => new(
        action.FeedbackType, userId, action.ItemId, action.Value, Times.Of(action.TimestampMs), action.Comment, action.EventId, WireLabels.Of(action.LabelsJson));
}

/// <summary>An item as the REST API has it.</summary>
internal sealed record WireItem(
    string ItemId, bool IsHidden, IReadOnlyList<string> Categories, string Timestamp, string ExpiresAt, JsonNode? Labels, string? Comment)
{
    public static WireItem From(Item item) => new(
        item.ItemId,
        item.IsHidden,
        item.Categories,
        Times.Of(item.TimestampMs),
        Times.Of(item.ExpiresAtMs ?? 0),
        WireLabels.Of(item.LabelsJson),
        item.Comment);
}

internal sealed record WireScore(string Id, double Score);

internal sealed record WireSuccess(int RowAffected);

internal static class WireLabels
{
    public static JsonNode? Of(string? json) => json is null ? null : JsonNode.Parse(json);
}

internal static class Times
{
    /// <summary>Empty for 0, which the API takes for none.</summary>
    public static string Of(long timestampMs) =>
        timestampMs == 0 ? "" : DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
