using RecActors.Failures;
using RecActors.Feedback;

namespace RecActors.Users;

/// <summary>
/// A user's batches that wait for their append, in the order of their arrival, and the event ids on their way. Every active user has one, so
/// it holds nothing while nothing waits. Runs on its grain's turns only.
/// </summary>
internal sealed class AppendQueue(UserState state, UserOptions options)
{
    private UnacknowledgedEvents _unacknowledged;
    private WaitingBatch? _first;
    private WaitingBatch? _last;
    private int _waitingActions;

    public bool IsEmpty => _first is null;

    /// <summary>
    /// Queues what is new of the entries, as one batch. Returns it, and the batches whose durability the repeated entries await.
    /// </summary>
    /// <exception cref="OverloadedException">Too many actions wait; nothing was done.</exception>
    public (WaitingBatch Batch, HashSet<WaitingBatch>? Earlier) Add(FeedbackEntry[] entries)
    {
        if (_waitingActions > 0 && _waitingActions + entries.Length > options.MaxWaitingActions)
        {
            throw new OverloadedException($"{_waitingActions} actions of the user are waiting to be written.");
        }

        var batch = new WaitingBatch(entries);
        HashSet<WaitingBatch>? earlier = null;
        List<FeedbackEntry>? someNew = null;
        for (var i = 0; i < entries.Length; i++)
        {
            if (IsNew(entries[i].EventHash, batch, ref earlier))
            {
                someNew?.Add(entries[i]);
            }
            else
            {
                someNew ??= [.. entries[..i]];
            }
        }

        // An id twice in one batch: the first of the two is written with the batch itself.
        earlier?.Remove(batch);
        batch.Entries = someNew?.ToArray() ?? entries;
        if (options.MaxActionsPerAppend == 1 && batch.Entries.Length > 1)
        {
            EnqueueOneByOne(batch);
        }
        else if (batch.Entries.Length > 0)
        {
            Enqueue(batch);
        }

        return (batch, earlier);
    }

    /// <summary>Takes the batches of the next append: the first of them, with the others behind it.</summary>
    public WaitingBatch TakeGroup()
    {
        var group = _first ?? throw new InvalidOperationException("Nothing waits.");
        var last = group;
        var actions = group.Entries.Length;
        while (last.Next is { } next && actions + next.Entries.Length <= options.MaxActionsPerAppend)
        {
            actions += next.Entries.Length;
            last = next;
        }

        _first = last.Next;
        _last = _first is null ? null : _last;
        last.Next = null;
        _waitingActions -= actions;
        return group;
    }

    /// <summary>Batches that were taken are durable and applied, after this version: from now on the state remembers their entries.</summary>
    public void Acknowledge(WaitingBatch taken, long version)
    {
        Forget(taken);
        for (var batch = taken; batch is not null; batch = batch.Next)
        {
            version += batch.Entries.Length;
            batch.TrySetResult(version);
            batch.Whole?.TrySetResult(version);
        }
    }

    /// <summary>Fails batches that were taken, if any, and all that wait: they are to be repeated, under the same event ids.</summary>
    public void Fail(WaitingBatch? taken, UnavailableException failure)
    {
        var waiting = _first;
        (_first, _last, _waitingActions) = (null, null, 0);
        Forget(taken);
        Forget(waiting);
        Tell(taken);
        Tell(waiting);

        void Tell(WaitingBatch? batch)
        {
            for (; batch is not null; batch = batch.Next)
            {
                batch.TrySetException(failure);
                batch.Whole?.TrySetException(failure);
            }
        }
    }

    private void Enqueue(WaitingBatch batch)
    {
        if (_last is null)
        {
            _first = batch;
        }
        else
        {
            _last.Next = batch;
        }

        _last = batch;
        _waitingActions += batch.Entries.Length;
    }

    private void EnqueueOneByOne(WaitingBatch batch)
    {
        foreach (var entry in batch.Entries)
        {
            Enqueue(new WaitingBatch([entry]));
        }

        // They become durable in their order, and fail together.
        _last!.Whole = batch;
    }

    private bool IsNew(ulong eventHash, WaitingBatch batch, ref HashSet<WaitingBatch>? earlier)
    {
        if (state.Remembers(eventHash))
        {
            return false;
        }

        if (eventHash == 0 || _unacknowledged.TryAdd(eventHash, batch, out var known))
        {
            return true;
        }

        (earlier ??= []).Add(known);
        return false;
    }

    /// <summary>Before anybody is told, since whoever waits goes on within the call that tells.</summary>
    private void Forget(WaitingBatch? batch)
    {
        for (; batch is not null; batch = batch.Next)
        {
            foreach (var entry in batch.Entries)
            {
                _unacknowledged.Remove(entry.EventHash);
            }
        }
    }
}

/// <summary>
/// Entries that become durable together, and the promise of the user version that contains them. It is kept on the grain's turns, where those
/// who wait go on at once: another turn for each would cost more than all they do.
/// </summary>
internal sealed class WaitingBatch(FeedbackEntry[] entries) : TaskCompletionSource<long>
{
    public FeedbackEntry[] Entries { get; set; } = entries;

    /// <summary>The batch whose last action this one is, where each action is an append of its own: it is done with this one.</summary>
    public WaitingBatch? Whole { get; set; }

    /// <summary>The batch behind it: in the queue, or in the group that is being written.</summary>
    public WaitingBatch? Next { get; set; }

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
}
