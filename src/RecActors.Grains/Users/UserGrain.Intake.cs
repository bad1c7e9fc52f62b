namespace RecActors.Users;

/// <content>
/// Actions that a gateway of this process hands over. They run as turns of this activation, among those of its calls, which interleave as well; what
/// is not plain goes the way of a call.
/// </content>
internal sealed partial class UserGrain
{
    private long _calledAt;
    private bool _isListed;

    /// <summary>When the last call came, as a timestamp. May be read by any thread.</summary>
    public long CalledAt => Volatile.Read(ref _calledAt);

    /// <summary>Takes actions over, to be appended in a turn; false when the user is known to live elsewhere. May be called by any thread.</summary>
    public bool TryTake(IUserDelivery delivery)
    {
        if (_log.IsLost)
        {
            return false;
        }

        GrainContext.Scheduler.QueueAction(DeliveredBatch.TakeIn, new DeliveredBatch(this, delivery, _services.Time.GetTimestamp()));
        return true;
    }

    /// <summary>The turn of actions that were handed over.</summary>
    public void TakeIn(DeliveredBatch batch)
    {
        if (!_log.IsOpen || !_services.UnknownItems.AreNone(batch.Batch.Actions))
        {
            _ = CallAsync(batch);
            return;
        }

        UserTelemetry.Entered();
        HashSet<WaitingBatch>? earlier;
        try
        {
            earlier = _log.Queue(batch, FeedbackEntries.Of(batch.Batch));
        }
#pragma warning disable CA1031 // As a call would: whatever failed, who has handed it over hears of it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Refuse(batch, failure);
            return;
        }

        batch.IsOnItsOwn = earlier is null && batch.Entries.Length > 0;
        _log.WriteQueued();
        if (!batch.IsOnItsOwn)
        {
            _ = FinishAsync(batch, earlier);
        }
    }

    /// <summary>The append of actions that were handed over is durable and applied.</summary>
    public void Acknowledge(DeliveredBatch batch, long version)
    {
        if (_log.IsProven)
        {
            Acknowledge(batch, new FeedbackReceipt(version, batch.Entries.Length));
        }
        else
        {
            _ = FinishAsync(batch, earlier: null);
        }
    }

    /// <summary>Actions that were handed over have failed.</summary>
    public void Refuse(DeliveredBatch batch, Exception failure)
    {
        UserTelemetry.Left();
        try
        {
            LeaveIfLost();
        }
        finally
        {
            batch.Settle(default, failure);
        }
    }

    /// <summary>
    /// A call has come: it counts against the idleness that ends activations, and from the first on the user is found here. Only an activation that
    /// has begun gets calls, and only one that has begun is told when it ends. Returns the call's timestamp.
    /// </summary>
    private long NoteCall()
    {
        var now = _services.Time.GetTimestamp();
        Volatile.Write(ref _calledAt, now);
        if (!_isListed && !_hasLeft && !_log.IsLost)
        {
            _isListed = true;
            _services.LocalUsers.Add(_userId, this);
        }

        return now;
    }

    private void Acknowledge(DeliveredBatch batch, FeedbackReceipt receipt)
    {
        UserTelemetry.Left();
        UserTelemetry.Acknowledged(batch.Batch.Actions.Count, receipt.Appended, _services.Time.GetElapsedTime(batch.ArrivedAt));
        batch.Settle(receipt, null);
    }

    private async Task FinishAsync(DeliveredBatch batch, HashSet<WaitingBatch>? earlier)
    {
        FeedbackReceipt receipt;
        try
        {
            receipt = await _log.FinishAsync(batch, earlier);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Refuse(batch, failure);
            return;
        }

        try
        {
            LeaveIfLost();
        }
        finally
        {
            Acknowledge(batch, receipt);
        }
    }

    /// <summary>What has to be opened, refused or created first.</summary>
    private async Task CallAsync(DeliveredBatch batch)
    {
        FeedbackReceipt receipt;
        try
        {
            receipt = await AppendInTurnsAsync(batch.Batch, CancellationToken.None);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            batch.Settle(default, failure);
            return;
        }

        batch.Settle(receipt, null);
    }
}
