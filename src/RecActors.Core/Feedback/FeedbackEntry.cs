namespace RecActors.Feedback;

/// <summary>One action of one user, as the journal keeps it.</summary>
/// <param name="Operation">What it does to the feedback row of (<paramref name="Type"/>, <paramref name="ItemId"/>).</param>
/// <param name="Type">Feedback type, such as <c>read</c>, <c>like</c> or <c>rating</c>.</param>
/// <param name="ItemId">The item acted on.</param>
/// <param name="Value">Strength of the action: a rating, a dwell time, a count. Finite.</param>
/// <param name="TimestampMs">When it happened, in Unix milliseconds, UTC.</param>
/// <param name="EventHash">64-bit hash of the event id, by which a repeated delivery is recognised; 0 when the entry has none.</param>
/// <param name="Comment">Free text of the producer, or null.</param>
/// <param name="LabelsJson">What else the producer says about the action, as JSON, or null.</param>
public sealed record FeedbackEntry(
    FeedbackOperation Operation,
    string Type,
    string ItemId,
    double Value,
    long TimestampMs,
    ulong EventHash,
    string? Comment = null,
    string? LabelsJson = null);
