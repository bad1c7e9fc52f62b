using Microsoft.Extensions.Logging;
using RecActors.Failures;
using RecActors.Feedback;
using RecActors.ItemStats;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>
/// A user's way into the journal, for the one activation that owns it. One append is in flight; batches that arrive meanwhile
/// form the next one. Entries are applied when they are durable and acknowledged after that. After an append of which nobody knows
/// what became, the journal is opened anew: the higher epoch keeps the straggler out. An owner that the journal refuses is lost: it
/// acknowledges nothing more, and its successor reads the journal. Runs on its grain's turns only.
/// </summary>
internal sealed partial class UserLog(string userId, UserState state, UserServices services, IWorkItemScheduler turns, ILogger logger)
{
    private readonly IUserJournal _journal = services.Journal;
    private readonly UserOptions _options = services.Options.Value;
    private readonly TimeProvider _time = services.Time;
    private readonly AppendQueue _queue = new(state, services.Options.Value);
    private Task? _opening;
    private UnansweredAppend? _unanswered;
    private int _appendRound;
    private bool _isOpen;
    private bool _wasOpen;
    private bool _hasUnprovenEntries;
    private long _epoch;

    /// <summary>True when this activation does not own the journal any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>True when this activation owns the journal and no other can, so that nobody need be asked. May be read by any thread.</summary>
    public bool IsUndisputed => _isOpen && !IsLost && services.Lease.IsAlone;

    /// <summary>True when actions can be queued as they come.</summary>
    public bool IsOpen => _isOpen && !IsLost && _refusedUntilMs == 0;

    /// <summary>True when all that the state has is known to be safe.</summary>
    public bool IsProven => !_hasUnprovenEntries;

    /// <summary>Takes ownership and brings the state up to date, unless that is done.</summary>
    /// <exception cref="UnavailableException">The journal does not answer, or the ownership is lost.</exception>
    public Task OpenAsync()
    {
        ThrowIfLost();
        if (_isOpen)
        {
            return Task.CompletedTask;
        }

        if (_opening is { } opening)
        {
            return opening;
        }

        opening = OpenOnceAsync();
        _opening = opening.IsCompleted ? null : opening;
        return opening;
    }

    /// <summary>
    /// Makes sure, before an answer, that the state has everything that anybody may have acknowledged: where there are other silos the journal is
    /// asked each time, since there may be another owner without this one knowing, be it that this silo hung or that Orleans' directory, while
    /// another silo leaves or comes, forgot where the user is. False when nobody can tell because the journal does not answer: the state
    /// has all that this activation has acknowledged, and may be stale.
    /// </summary>
    /// <exception cref="UnavailableException">The user was never read, or has another owner.</exception>
    public async ValueTask<bool> ConfirmAsync()
    {
        if (!_wasOpen)
        {
            var isOlder = _opening is not null;
            await OpenAsync();
            if (!isOlder || services.Lease.IsAlone)
            {
                return true;
            }
        }

        ThrowIfLost();
        if (_isOpen && services.Lease.IsAlone)
        {
            return true;
        }

        if (!services.Availability.TryEnter())
        {
            return false;
        }

        var askedAt = _time.GetTimestamp();
        try
        {
            await services.Availability.InTimeAsync(AskForOwnershipAsync());
            services.Availability.Answered();
            return true;
        }
        catch (Exception failure) when (!IsLost && failure is JournalUnavailableException or TimeoutException or UnavailableException)
        {
            services.Availability.Failed(askedAt);
            LogUnconfirmed(failure);
            return false;
        }
    }

    /// <summary>Makes the entries durable that are new, and returns when every entry is.</summary>
    /// <exception cref="OverloadedException">Too many actions wait; nothing was done.</exception>
    /// <exception cref="UnavailableException">Whether the entries are durable is unknown.</exception>
    public async Task<FeedbackReceipt> AppendAsync(FeedbackEntry[] entries)
    {
        await OpenAsync();
        var batch = new WaitingBatch();
        var earlier = Queue(batch, entries);
        WriteQueued();
        return await FinishAsync(batch, earlier);
    }

    /// <summary>Queues the entries that are new, as this batch. Returns the batches that the others are in.</summary>
    /// <exception cref="OverloadedException">Too many actions wait; nothing was done.</exception>
    /// <exception cref="UnavailableException">The journal has another owner.</exception>
    public HashSet<WaitingBatch>? Queue(WaitingBatch batch, FeedbackEntry[] entries)
    {
        ThrowIfLost();
        return _queue.Add(batch, entries);
    }

    /// <summary>Begins to write what waits, unless an append is in flight, after which it comes.</summary>
    public void WriteQueued()
    {
        if (!_queue.IsEmpty && !_isWriting)
        {
            _isWriting = true;
            WriteNext();
        }
    }

    /// <summary>Returns when every entry of a queued batch is durable, those that are in others included.</summary>
    /// <exception cref="UnavailableException">Whether the entries are durable is unknown.</exception>
    public async Task<FeedbackReceipt> FinishAsync(WaitingBatch batch, HashSet<WaitingBatch>? earlier)
    {
        if (earlier is not null)
        {
            await WhenDurableAsync(earlier);
        }

        var version = batch.Entries.Length > 0 ? await batch.Durable : state.Version;
        await ProveAsync();
        return new FeedbackReceipt(version, batch.Entries.Length);
    }

    private static async Task WhenDurableAsync(HashSet<WaitingBatch> batches)
    {
        foreach (var batch in batches)
        {
            await batch.Durable;
        }
    }

    /// <summary>Waits for the appends that have begun or wait.</summary>
    public Task WhenIdleAsync() => _isWriting ? (_idle ??= new()).Task : Task.CompletedTask;

    /// <summary>Stops owning the journal: whatever waits fails, to be repeated at the successor. Returns when nothing is in flight.</summary>
    public Task CloseAsync()
    {
        Lose();
        return !_isWriting && _unanswered is null ? Task.CompletedTask : LeaveAsync();
    }

    /// <summary>What became of an append, the user's next activation here learns when it opens the journal.</summary>
    private async Task LeaveAsync()
    {
        await WhenIdleAsync();
        if (_unanswered is { } unanswered)
        {
            _unanswered = null;
            services.Statistics.LeaveAppend(userId, unanswered);
        }
    }

    /// <summary>Another activation owns the journal, or will.</summary>
    public void Lose()
    {
        IsLost = true;
        _queue.Fail(null, Lost());
    }

    /// <summary>
    /// Makes sure, before entries that were found in the journal are acknowledged, that it does not lose them: a store whose replicas did
    /// not have them in time shows them all the same. An append that has returned proves all before it.
    /// </summary>
    private async Task ProveAsync()
    {
        if (!_hasUnprovenEntries)
        {
            return;
        }

        var epoch = _epoch;
        bool isTheSame;
        try
        {
            isTheSame = await EnsureDurableAsync(new JournalHead(epoch, state.Version));
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            throw new UnavailableException("Whether the user's actions are durable is unknown.", failure);
        }

        if (!isTheSame)
        {
            // Unless it has been opened anew meanwhile.
            if (_isOpen && epoch == _epoch)
            {
                await LookForShorterAsync();
                Lose();
            }

            throw Lost();
        }

        _hasUnprovenEntries &= epoch != _epoch;
    }

    private Task<bool> EnsureDurableAsync(JournalHead read) =>
        _journal.EnsureDurableAsync(userId, read, CancellationToken.None).AsTask().WaitAsync(_options.JournalTimeout, _time);

    private async Task OpenOnceAsync()
    {
        try
        {
            if (_wasOpen)
            {
                // Not to take back what another activation has taken over.
                await CheckOwnershipAsync().WaitAsync(_options.JournalTimeout, _time);
            }

            // Before it, not to fence the owner in vain; after it, since this silo may have been replaced meanwhile.
            await services.Lease.RequireActiveAsync(_options.JournalTimeout);
            var opened = await _journal.OpenAsync(userId, CancellationToken.None).AsTask().WaitAsync(_options.JournalTimeout, _time);
            await services.Lease.RequireActiveAsync(_options.JournalTimeout);
            if (IsShorter(opened.Entries.Count, state.Version))
            {
                throw Lost();
            }

            CatchUp([.. opened.Entries.Skip((int)state.Version)]);
            (_epoch, _isOpen, _wasOpen, _refusedUntilMs) = (opened.Epoch, true, true, opened.RefusedUntilMs);
            _hasUnprovenEntries = opened.Entries.Count > 0;
        }
        catch (Exception failure) when (failure is JournalUnavailableException or TimeoutException)
        {
            throw new UnavailableException("The user's journal does not answer.", failure);
        }
        finally
        {
            // Every active user has this log: what is done is let go.
            _opening = null;
        }
    }

    /// <summary>
    /// Applies what the journal has beyond the state. Of it the item statistics have not seen what this owner, or one before it here, wrote without an answer.
    /// </summary>
    private void CatchUp(FeedbackEntry[] entries)
    {
        var unanswered = _unanswered ?? services.Statistics.TakeLeftAppend(userId);
        var own = unanswered?.PlaceIn(entries, state.Version) ?? default;
        for (var i = 0; i < entries.Length; i++)
        {
            state.Apply(entries[i], own.Start.Value <= i && i < own.End.Value ? services.Statistics : null, StatsAction.UnknownPosition);
        }

        if (unanswered is not null)
        {
            // They are counted, or the higher epoch keeps them out.
            services.Statistics.SettleAppend(unanswered.Round);
            _unanswered = null;
        }
    }

    /// <summary>
    /// The journal as it is after the call. An opening that was under way may have read it before another owner came, whose actions whoever asks now
    /// may have been acknowledged: then it is asked once more.
    /// </summary>
    private async Task AskForOwnershipAsync()
    {
        if (!_isOpen)
        {
            var isOlder = _opening is not null;
            await OpenAsync();
            if (!isOlder || services.Lease.IsAlone)
            {
                return;
            }
        }

        await CheckOwnershipAsync();
    }

    private async Task CheckOwnershipAsync()
    {
        // Before the question: appends that are acknowledged meanwhile may not be in its answer.
        var version = state.Version;
        var head = await _journal.ReadHeadAsync(userId, CancellationToken.None);
        if (IsShorter(head.Length, version))
        {
            throw Lost();
        }

        if (head.Epoch != _epoch)
        {
            UserTelemetry.Fenced();
            LogReplaced();
            Lose();
            throw Lost();
        }
    }

    private void ThrowIfLost()
    {
        if (IsLost)
        {
            throw Lost();
        }
    }

    private static UnavailableException Lost() => new("The user's journal has another owner.");
}
