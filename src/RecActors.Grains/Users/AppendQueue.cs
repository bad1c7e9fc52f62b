using RecActors.Failures;
using RecActors.Feedback;

namespace RecActors.Users;

/// <summary>
/// A user's batches that wait for their append, in the order of their arrival, and the event ids on their way. Runs on its grain's
/// turns only.
/// </summary>
internal sealed class AppendQueue(UserState state, UserOptions options)
{
    // Linked by the batches themselves: most of the time nothing waits, and every active user has this queue.
    private WaitingBatch? _first;
    private WaitingBatch? _last;
    private Dictionary<ulong, WaitingBatch>? _unacknowledged;
    private int _waitingActions;

    public bool IsEmpty => _first is null;

    /// <summary>
    /// Queues what is new of the entries, as one batch. Returns it, and the batches whose durability the repeated entries await.
    /// </summary>
    /// <exception cref="OverloadedException">Too many actions wait; nothing was done.</exception>
    public (WaitingBatch Batch, HashSet<WaitingBatch>? Earlier) Add(IReadOnlyList<FeedbackEntry> entries)
    {
        if (_waitingActions > 0 && _waitingActions + entries.Count > options.MaxWaitingActions)
        {
            throw new OverloadedException($"{_waitingActions} actions of the user are waiting to be written.");
        }

        var batch = new WaitingBatch(entries.Count);
        HashSet<WaitingBatch>? earlier = null;
        foreach (var entry in entries)
        {
            if (state.Remembers(entry.EventHash))
            {
                continue;
            }

            if (entry.EventHash != 0 && !(_unacknowledged ??= new(entries.Count)).TryAdd(entry.EventHash, batch))
            {
                (earlier ??= []).Add(_unacknowledged[entry.EventHash]);
                continue;
            }

            batch.Entries.Add(entry);
        }

        // An id twice in one batch: the first of the two is written with the batch itself.
        earlier?.Remove(batch);
        if (batch.Entries.Count > 0)
        {
            Enqueue(batch);
            _waitingActions += batch.Entries.Count;
        }

        return (batch, earlier);
    }

    /// <summary>Takes the batches of the next append.</summary>
    public List<WaitingBatch> TakeGroup()
    {
        var group = new List<WaitingBatch>();
        var actions = 0;
        while (_first is { } next && (actions == 0 || actions + next.Entries.Count <= options.MaxActionsPerAppend))
        {
            actions += next.Entries.Count;
            group.Add(Dequeue(next));
        }

        _waitingActions -= actions;
        return group;
    }

    /// <summary>Batches that were taken are durable and applied, after this version: from now on the state remembers their entries.</summary>
    public void Acknowledge(List<WaitingBatch> taken, long version)
    {
        Forget(taken);
        foreach (var batch in taken)
        {
            batch.Durable.TrySetResult(version += batch.Entries.Count);
        }
    }

    /// <summary>Fails batches that were taken, and all that wait: they are to be repeated, under the same event ids.</summary>
    public void Fail(List<WaitingBatch> taken, UnavailableException failure)
    {
        while (_first is { } next)
        {
            taken.Add(Dequeue(next));
        }

        _waitingActions = 0;
        Forget(taken);
        foreach (var batch in taken)
        {
            batch.Durable.TrySetException(failure);
        }
    }

    private void Enqueue(WaitingBatch batch)
    {
        if (_last is { } last)
        {
            last.Next = batch;
        }
        else
        {
            _first = batch;
        }

        _last = batch;
    }

    private WaitingBatch Dequeue(WaitingBatch first)
    {
        (_first, first.Next) = (first.Next, null);
        _last = _first is null ? null : _last;
        return first;
    }

    /// <summary>
    /// Before anybody is told, since whoever waits goes on within the call that tells. The table goes with its last entry: most of the
    /// time nothing waits, and every active user has this queue.
    /// </summary>
    private void Forget(List<WaitingBatch> taken)
    {
        foreach (var entry in taken.SelectMany(batch => batch.Entries))
        {
            _unacknowledged?.Remove(entry.EventHash);
        }

        if (_unacknowledged is { Count: 0 })
        {
            _unacknowledged = null;
        }
    }
}

/// <summary>Entries that become durable together, and the promise of the user version that contains them.</summary>
internal sealed class WaitingBatch(int capacity)
{
    public List<FeedbackEntry> Entries { get; } = new(capacity);

    /// <summary>The batch that waits behind it.</summary>
    public WaitingBatch? Next { get; set; }

    /// <summary>Completed on the grain's turns, where those who wait go on at once: another turn for each would cost more than all they do.</summary>
    public TaskCompletionSource<long> Durable { get; } = new();
}
