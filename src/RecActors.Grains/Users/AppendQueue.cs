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
    /// Queues what is new of the entries, as this batch. Returns the batches whose durability the repeated entries await.
    /// </summary>
    /// <exception cref="OverloadedException">Too many actions wait; nothing was done.</exception>
    public HashSet<WaitingBatch>? Add(WaitingBatch batch, FeedbackEntry[] entries)
    {
        if (_waitingActions > 0 && _waitingActions + entries.Length > options.MaxWaitingActions)
        {
            throw new OverloadedException($"{_waitingActions} actions of the user are waiting to be written.");
        }

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

        return earlier;
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
            batch.BeDurable(version += batch.Entries.Length);
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
                batch.Fail(failure);
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
            Enqueue(new WaitingBatch { Entries = [entry] });
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
