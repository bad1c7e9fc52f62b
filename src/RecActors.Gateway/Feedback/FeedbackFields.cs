using RecActors.Json;

namespace RecActors.Feedback;

/// <summary>What an action's body says, however it was read. Texts are as sent: nothing is checked yet.</summary>
internal readonly record struct FeedbackFields(
    string? FeedbackType,
    string? UserId,
    string? ItemId,
    double? Value = null,
    string? Timestamp = null,
    string? Comment = null,
    string? EventId = null,
    string? RecommendationId = null,
    RawJson Labels = default)
{
    public static FeedbackFields Of(FeedbackBody body) => new(
        body.FeedbackType, body.UserId, body.ItemId, body.Value, body.Timestamp, body.Comment, body.EventId, body.RecommendationId, body.Labels);
}
