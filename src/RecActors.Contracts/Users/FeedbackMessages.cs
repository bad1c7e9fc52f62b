using RecActors.Feedback;

namespace RecActors.Users;

/// <summary>One action on its way to the user's journal.</summary>
/// <param name="Operation">Add, set or remove the feedback row.</param>
/// <param name="FeedbackType">Feedback type.</param>
/// <param name="ItemId">Item id.</param>
/// <param name="Value">Finite value.</param>
/// <param name="TimestampMs">Unix milliseconds, UTC.</param>
/// <param name="EventId">Unique per user; a repeated delivery carries the same. Null: never recognised as repeated.</param>
/// <param name="Comment">Free text or null.</param>
/// <param name="LabelsJson">What else is said about the action, as JSON, or null.</param>
[GenerateSerializer, Immutable, Alias("recactors.feedback-action")]
public readonly record struct FeedbackAction(
    [property: Id(0)] FeedbackOperation Operation,
    [property: Id(1)] string FeedbackType,
    [property: Id(2)] string ItemId,
    [property: Id(3)] double Value,
    [property: Id(4)] long TimestampMs,
    [property: Id(5)] string? EventId = null,
    [property: Id(6)] string? Comment = null,
    [property: Id(7)] string? LabelsJson = null);

/// <summary>Actions of one user, in order; they become durable together.</summary>
[GenerateSerializer, Immutable, Alias("recactors.feedback-batch")]
public sealed record FeedbackBatch([property: Id(0)] IReadOnlyList<FeedbackAction> Actions);

/// <summary>The acknowledgement of a batch.</summary>
/// <param name="UserVersion">The user version that contains the whole batch.</param>
/// <param name="Appended">How many actions were new; the others were repeats, or dropped.</param>
/// <param name="Dropped">How many actions were dropped, all or none, since the user was erased.</param>
[GenerateSerializer, Immutable, Alias("recactors.feedback-receipt")]
public readonly record struct FeedbackReceipt(
    [property: Id(0)] long UserVersion, [property: Id(1)] int Appended, [property: Id(2)] int Dropped = 0);

/// <summary>Which feedback rows to return. Nulls do not restrict.</summary>
[GenerateSerializer, Immutable, Alias("recactors.feedback-filter")]
public sealed record FeedbackFilter(
    [property: Id(0)] string? FeedbackType = null,
    [property: Id(1)] string? ItemId = null,
    [property: Id(2)] int Offset = 0,
    [property: Id(3)] int Count = 100);

/// <summary>A feedback row: the journal's entries of (type, user, item) folded.</summary>
[GenerateSerializer, Immutable, Alias("recactors.feedback-row")]
public readonly record struct FeedbackRow(
    [property: Id(0)] string FeedbackType,
    [property: Id(1)] string UserId,
    [property: Id(2)] string ItemId,
    [property: Id(3)] double Value,
    [property: Id(4)] long TimestampMs,
    [property: Id(5)] string? Comment,
    [property: Id(6)] long UpdatedMs = 0,
    [property: Id(7)] string? LabelsJson = null);

/// <summary>Feedback rows of one user and the version they were read at.</summary>
[GenerateSerializer, Immutable, Alias("recactors.feedback-page")]
public sealed record FeedbackPage([property: Id(0)] IReadOnlyList<FeedbackRow> Rows, [property: Id(1)] long UserVersion);
