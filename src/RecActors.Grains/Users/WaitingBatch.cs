using RecActors.Feedback;

namespace RecActors.Users;

/// <summary>
/// Entries that become durable together, and the promise of the user version that contains them. It is kept on the grain's turns, where those
/// who wait go on at once: another turn for each would cost more than all they do.
/// </summary>
internal class WaitingBatch
{
    private TaskCompletionSource<long>? _promise;
    private Exception? _failure;
    private long _version;

    public FeedbackEntry[] Entries { get; set; } = [];

    /// <summary>The batch whose last action this one is, where each action is an append of its own: it is done with this one.</summary>
    public WaitingBatch? Whole { get; set; }

    /// <summary>The batch behind it: in the queue, or in the group that is being written.</summary>
    public WaitingBatch? Next { get; set; }

    /// <summary>The user version that contains the entries. Made for those who ask, which not everybody does.</summary>
    public Task<long> Durable
    {
        get
        {
            _promise ??= new();
            Keep();
            return _promise.Task;
        }
    }

    private bool IsSettled => _version > 0 || _failure is not null;

    /// <summary>The entries are durable and applied.</summary>
    public void BeDurable(long version)
    {
        if (!IsSettled)
        {
            _version = version;
            Keep();
            OnDurable(version);
            Whole?.BeDurable(version);
        }
    }

    /// <summary>Whether they are durable is unknown.</summary>
    public void Fail(Exception failure)
    {
        if (!IsSettled)
        {
            _failure = failure;
            Keep();
            OnFailed(failure);
            Whole?.Fail(failure);
        }
    }

    /// <summary>The entries of this batch and those behind it.</summary>
    public FeedbackEntry[] EntriesOfGroup()
    {
        if (Next is null)
        {
            return Entries;
        }

        var all = new List<FeedbackEntry>();
        for (var batch = this; batch is not null; batch = batch.Next)
        {
            all.AddRange(batch.Entries);
        }

        return [.. all];
    }

    protected virtual void OnDurable(long version)
    {
    }

    protected virtual void OnFailed(Exception failure)
    {
    }

    private void Keep()
    {
        if (_failure is not null)
        {
            _promise?.TrySetException(_failure);
        }
        else if (_version > 0)
        {
            _promise?.TrySetResult(_version);
        }
    }
}
