using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>One user's part of a batch, in the batch's order, and what became of it.</summary>
internal sealed class UserPart(string userId, FeedbackBatch batch) : IUserDelivery
{
    /// <summary>The outcome of an action that is durable.</summary>
    public const string Applied = "applied";

    /// <summary>The outcome of an action of an erased user.</summary>
    public const string Dropped = "erased";

    // Where an attempt that was handed over stands.
    private const int Open = 0, Settled = 1, GivenUp = 2;

    private HandedParts? _handedWith;
    private int _stage;
    private FeedbackReceipt _handedReceipt;
    private Exception? _handedFailure;
    private TaskCompletionSource<FeedbackReceipt>? _late;

    public string UserId => userId;

    /// <summary>The same batch for every attempt.</summary>
    public FeedbackBatch Batch => batch;

    public bool Attempted { get; set; }

    /// <summary>What the user's grain said; null before, or when it failed.</summary>
    public FeedbackReceipt? Receipt { get; set; }

    public Exception? Failure { get; set; }

    /// <summary>What became of each of its actions.</summary>
    public string Outcome => Receipt is { } receipt ? receipt.Dropped > 0 ? Dropped : Applied : Attempted ? "unknown" : "not-applied";

    /// <summary>True when the user's actor has been handed the part.</summary>
    public bool IsHanded => _handedWith is not null;

    /// <summary>The first attempt, beside calls; false when it has to be one.</summary>
    public bool TryHand(IUserIntake intake, HandedParts together)
    {
        _handedWith = together;
        if (intake.TryHand(userId, this))
        {
            Attempted = true;
            return true;
        }

        _handedWith = null;
        return false;
    }

    /// <summary>Takes down what became of the attempt that was handed over; false when it has failed or is not settled.</summary>
    public bool TryCollect()
    {
        if (Volatile.Read(ref _stage) != Settled || _handedFailure is not null)
        {
            return false;
        }

        Receipt = _handedReceipt;
        return true;
    }

    /// <summary>The attempt that was handed over, as a call's would be, for whoever goes on with it.</summary>
    public Task<FeedbackReceipt> HandedAsync()
    {
        _late = new TaskCompletionSource<FeedbackReceipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _stage, GivenUp, Open) == Settled)
        {
            Tell(_late);
        }

        return _late.Task;
    }

    void IUserDelivery.Settle(FeedbackReceipt receipt, Exception? failure)
    {
        (_handedReceipt, _handedFailure) = (receipt, failure);
        if (Interlocked.CompareExchange(ref _stage, Settled, Open) == GivenUp)
        {
            Tell(_late!);
        }

        _handedWith!.Settle(1);
    }

    private void Tell(TaskCompletionSource<FeedbackReceipt> late)
    {
        if (_handedFailure is not null)
        {
            late.SetException(_handedFailure);
        }
        else
        {
            late.SetResult(_handedReceipt);
        }
    }
}
