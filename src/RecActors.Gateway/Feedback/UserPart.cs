using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>One user's part of a batch, in the batch's order, and what became of it.</summary>
internal sealed class UserPart(string userId, FeedbackBatch batch)
{
    /// <summary>The outcome of an action that is durable.</summary>
    public const string Applied = "applied";

    /// <summary>The outcome of an action of an erased user.</summary>
    public const string Dropped = "erased";

    public string UserId => userId;

    /// <summary>The same batch for every attempt.</summary>
    public FeedbackBatch Batch => batch;

    public bool Attempted { get; set; }

    /// <summary>What the user's grain said; null before, or when it failed.</summary>
    public FeedbackReceipt? Receipt { get; set; }

    public Exception? Failure { get; set; }

    /// <summary>What became of each of its actions.</summary>
    public string Outcome => Receipt is { } receipt ? receipt.Dropped > 0 ? Dropped : Applied : Attempted ? "unknown" : "not-applied";
}
