namespace RecActors.Users;

/// <summary>
/// The way of actions to the users' actors of this process, beside calls: what a gateway in the same process hands over costs the actor's turns, and
/// neither a message and an answer for each user nor what goes with them. Thread-safe.
/// </summary>
public interface IUserIntake
{
    /// <summary>
    /// Hands actions to the user's actor, which does with them what <see cref="IUserGrain.AppendAsync"/> does, in its turns and in the order of their
    /// arrival. False where the user does not live here now, or is to be called for another reason: nothing was done then.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="delivery">The actions, and who hears what became of them.</param>
    bool TryHand(string userId, IUserDelivery delivery);
}

/// <summary>Actions that were handed to a user's actor.</summary>
public interface IUserDelivery
{
    /// <summary>The actions.</summary>
    FeedbackBatch Batch { get; }

    /// <summary>
    /// Hears what became of them, once: the receipt, which is what the call would have returned, or the failure that it would have thrown. In a turn
    /// of the actor, which waits meanwhile.
    /// </summary>
    void Settle(FeedbackReceipt receipt, Exception? failure);
}
