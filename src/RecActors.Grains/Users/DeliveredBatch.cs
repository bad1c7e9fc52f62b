namespace RecActors.Users;

/// <summary>
/// Actions that were handed to a user's actor of this process instead of being sent to it: the work of its turn, the batch that waits for its append,
/// and what tells whoever has handed them over, in one object.
/// </summary>
internal sealed class DeliveredBatch(UserGrain user, IUserDelivery delivery, long arrivedAt) : WaitingBatch
{
    /// <summary>The turn that takes them in.</summary>
    public static readonly Action<object> TakeIn = static batch => ((DeliveredBatch)batch).BeTakenIn();

    public FeedbackBatch Batch => delivery.Batch;

    /// <summary>When they were handed over, as a timestamp.</summary>
    public long ArrivedAt => arrivedAt;

    /// <summary>True when the end of their own append is the end of them: none of them repeats what is on its way in another.</summary>
    public bool IsOnItsOwn { get; set; }

    public void Settle(FeedbackReceipt receipt, Exception? failure) => delivery.Settle(receipt, failure);

    protected override void OnDurable(long version)
    {
        if (IsOnItsOwn)
        {
            user.Acknowledge(this, version);
        }
    }

    protected override void OnFailed(Exception failure)
    {
        if (IsOnItsOwn)
        {
            user.Refuse(this, failure);
        }
    }

    private void BeTakenIn() => user.TakeIn(this);
}
