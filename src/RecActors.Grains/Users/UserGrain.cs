using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using RecActors.Calls;
using RecActors.Failures;
using RecActors.Journal;
using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>
/// A user. Calls interleave at their awaits: actions coalesce into the next append, and questions are answered while an append
/// is in flight, from what is durable.
/// </summary>
[GrainType(TypeName)]
[Reentrant]
internal sealed partial class UserGrain : Grain, IUserGrain
{
    /// <summary>The stored identity of user grains: never change it.</summary>
    public const string TypeName = "user";

    private readonly UserServices _services;
    private readonly UserState _state;
    private readonly UserLog _log;
    private readonly string _userId;
    private GrainState<UserProfileState>? _profile;
    private UserInterestView? _view;
    private LastAnswer? _lastAnswer;
    private Task _profileWrite = Task.CompletedTask;
    private bool _hasLeft;

    public UserGrain(UserServices services, ILogger<UserGrain> logger)
    {
        _services = services;
        _userId = this.GetPrimaryKeyString();
        _state = new UserState(services.Catalog, services.Policy, services.Options.Value.RememberedEvents);
        _log = new UserLog(_userId, _state, services, GrainContext.Scheduler, logger);
    }

    private string? Labels => _profile?.State?.LabelsJson;

    /// <summary>Only users who are asked about have these two.</summary>
    private UserInterestView View => _view ??= new(_userId, _state, _services.Catalog, _services.Pool, _services.Shards, _services.Time);

    private LastAnswer LastAnswer => _lastAnswer ??= new(_state, _log, _services);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _services.Readiness.WaitUntilStartedAsync(cancellationToken);
        _profile = await _services.Profiles.FindAsync(this.GetGrainId());
        NoteCall();
        _services.LocalUsers.Add(_userId, this);
    }

    /// <summary>An append in flight ends before the next activation may begin, so that its callers hear of it.</summary>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _hasLeft = true;
        _services.LocalUsers.Remove(_userId, this);
        if (_lastAnswer is { } last)
        {
            _services.Answers.Remove(_userId, last);
        }

        return _log.CloseAsync();
    }

    public Task<FeedbackReceipt> AppendAsync(FeedbackBatch batch, CancellationToken cancellationToken)
    {
        NoteCall();
        return AppendInTurnsAsync(batch, cancellationToken);
    }

    private async Task<FeedbackReceipt> AppendInTurnsAsync(FeedbackBatch batch, CancellationToken cancellationToken)
    {
        using var call = UserTelemetry.Enter();
        using var activity = UserTelemetry.Start("append actions");
        var started = _services.Time.GetTimestamp();
        var entries = FeedbackEntries.Of(batch);
        var erased = _log.IsErasedAsync();
        if (erased.IsCompletedSuccessfully ? erased.Result : await OwningAsync(erased.AsTask()))
        {
            UserTelemetry.Dropped(entries.Length);
            return new FeedbackReceipt(0, 0, entries.Length);
        }

        // Side by side: an unknown item must exist before the acknowledgement, and need not before the append.
        var items = _services.UnknownItems.EnsureAsync(batch.Actions, cancellationToken);
        FeedbackReceipt receipt;
        try
        {
            receipt = await _log.AppendAsync(entries);
        }
        finally
        {
            LeaveIfLost();
        }

        await items;
        UserTelemetry.Acknowledged(entries.Length, receipt.Appended, _services.Time.GetElapsedTime(started));
        return receipt;
    }

    public async Task<RecommendationAnswer> RecommendAsync(RecommendQuery query, CancellationToken cancellationToken)
    {
        using var call = UserTelemetry.Enter();
        var askedAt = NoteCall();
        var mayBeStale = await MayBeStaleAsync();
        await ReachAsync(query.MinimumUserVersion);
        var nowMs = query.TimestampMs != 0 ? query.TimestampMs : _services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Mature(nowMs);
        if (query.TimestampMs == 0 && LastAnswer.For(query, nowMs) is { } again)
        {
            UserTelemetry.Answered(reused: true);
            return Marked(again.Answer, mayBeStale);
        }

        var (labels, mark) = (Labels, LastAnswer.Mark());
        var user = await View.AtAsync(_services.Models.Current, labels);
        var ranking = GrainFactory.GetKnownGrain<IRankingGrain>(0);
        var answer = await ranking.RecommendAsync(new(new RankingCall(user, query, nowMs, askedAt)), cancellationToken);
        if (labels == Labels && answer.Degraded == Degradation.None && LastAnswer.Keep(query, answer, mark))
        {
            _services.Answers.Add(_userId, LastAnswer);
        }

        UserTelemetry.Answered(reused: false);
        return Marked(answer, mayBeStale);
    }

    public async Task<FeedbackPage> GetFeedbackAsync(FeedbackFilter filter, CancellationToken cancellationToken)
    {
        var entries = await _services.Journal.AskAsync(log => log.ReadAsync(_userId, cancellationToken));
        return new FeedbackPage([.. FeedbackEntries.RowsOf(_userId, entries, filter, _services.Time.GetUtcNow())], entries.Count);
    }

    public async Task<UserProfile?> GetProfileAsync(CancellationToken cancellationToken) =>
        await StoredProfileAsync() is { } known ? known.For(_userId)
        : await _services.Journal.AskAsync(log => log.ContainsAsync(_userId, cancellationToken)) ? new UserProfile(_userId)
        : null;

    public Task SetProfileAsync(UserProfile profile, CancellationToken cancellationToken) => UpdateProfileAsync(_ => profile, cancellationToken);

    public async Task<bool> PatchProfileAsync(UserPatch patch, CancellationToken cancellationToken)
    {
        if (await GetProfileAsync(cancellationToken) is null)
        {
            return false;
        }

        await UpdateProfileAsync(
            known => known with { LabelsJson = patch.LabelsJson ?? known.LabelsJson, Comment = patch.Comment ?? known.Comment },
            cancellationToken);
        return true;
    }

    public async Task<bool> DeleteAsync(CancellationToken cancellationToken)
    {
        if (await GetProfileAsync(cancellationToken) is null)
        {
            return false;
        }

        await RemoveAsync(log => log.DeleteAsync(_userId, cancellationToken));
        return true;
    }

    public async Task<bool> DeleteUnchangedAsync(long actions, CancellationToken cancellationToken)
    {
        // As in ExpireAsync: what is in flight ends before the decision, and who acts later comes after it.
        await QuiesceAsync();
        if ((await _services.Journal.AskAsync(log => log.ReadHeadAsync(_userId, cancellationToken))).Length != actions)
        {
            return false;
        }

        await RemoveAsync(log => log.DeleteAsync(_userId, cancellationToken));
        return true;
    }

    public async Task<bool> EraseAsync(CancellationToken cancellationToken)
    {
        var refuseFor = _services.Options.Value.RefuseErasedFor;
        if (refuseFor == TimeSpan.Zero)
        {
            return await DeleteAsync(cancellationToken);
        }

        // Also of a user whom nobody knows: the actions may still be on their way.
        var wasKnown = await GetProfileAsync(cancellationToken) is not null;
        var until = _services.Time.GetUtcNow() + refuseFor;
        await RemoveAsync(log => log.EraseAsync(_userId, until, cancellationToken));
        return wasKnown;
    }

    public async Task<bool> ExpireAsync(long idleSinceMs, bool refuse, CancellationToken cancellationToken)
    {
        // Whoever acts from here on comes to the successor, after the decision; what is in flight ends before it.
        await QuiesceAsync();
        if (await _services.LastActions.OfAsync(_userId, cancellationToken) > idleSinceMs)
        {
            return false;
        }

        var until = _services.Time.GetUtcNow() + _services.Options.Value.RefuseErasedFor;
        await RemoveAsync(log => refuse ? log.EraseAsync(_userId, until, cancellationToken) : log.DeleteAsync(_userId, cancellationToken));
        return true;
    }

    public async Task<bool> ReadmitAsync(CancellationToken cancellationToken)
    {
        var readmitted = await _services.Journal.AskAsync(log => log.ReadmitAsync(_userId, cancellationToken));

        // This activation may know the user as refused.
        _log.Lose();
        await OwningAsync(_log.WhenIdleAsync());
        return readmitted;
    }

    public async Task<UserExport?> ExportAsync(CancellationToken cancellationToken) =>
        await GetProfileAsync(cancellationToken) is { } profile
            ? new UserExport(profile, FeedbackEntries.ActionsOf(await _services.Journal.AskAsync(log => log.ReadAsync(_userId, cancellationToken))))
            : null;

    public async Task<UserTaste> GetTasteAsync(CancellationToken cancellationToken)
    {
        var mayBeStale = await MayBeStaleAsync();
        Mature(_services.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var model = _services.Models.Current;
        return UserTasteDescription.Of(await View.AtAsync(model, Labels), model.Version, _services.Catalog) with { MayBeStale = mayBeStale };
    }

    /// <summary>Lets what was written back for later take effect: neither the last answer nor the view has it.</summary>
    private void Mature(long nowMs)
    {
        if (_state.Mature(nowMs))
        {
            _lastAnswer?.Forget();
            _view?.Forget();
        }
    }

    /// <summary>Removes profile and journal; this activation goes away.</summary>
    private async Task RemoveAsync(Func<IUserJournal, ValueTask> remove)
    {
        await QuiesceAsync();
        await _services.Profiles.ClearAsync(this.GetGrainId(), _profile);
        _profile = null;
        await _services.Journal.TellAsync(remove);
        _services.Pool.Remove(_userId);
    }

    /// <summary>Returns when nothing is written here any more: what waits for its append or its profile fails and is repeated at the successor.</summary>
    private async Task QuiesceAsync()
    {
        _log.Lose();
        await OwningAsync(_log.WhenIdleAsync());
        await _profileWrite.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>Where there are other silos, one of them may have written another than the one here.</summary>
    private async Task<UserProfileState?> StoredProfileAsync()
    {
        if (_services.Lease.IsAlone)
        {
            return _profile?.State;
        }

        try
        {
            return (await _services.Profiles.FindAsync(this.GetGrainId()))?.State;
        }
        catch (Exception failure)
        {
            throw new UnavailableException("The user's profile could not be read.", failure);
        }
    }

    /// <summary>Calls interleave: each change begins with what the one before it has written.</summary>
    private Task UpdateProfileAsync(Func<UserProfile, UserProfile> change, CancellationToken cancellationToken) =>
        _profileWrite = WriteProfileAsync(_profileWrite, change, cancellationToken);

    private async Task WriteProfileAsync(Task before, Func<UserProfile, UserProfile> change, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (await _services.Journal.AskAsync(log => log.IsErasedAsync(_userId, cancellationToken)))
        {
            throw new UserErasedException("The user was erased, and is refused.");
        }

        if (_log.IsLost)
        {
            LeaveIfLost();
            throw new UnavailableException("The user is being removed, or lives elsewhere.");
        }

        if (!_services.Lease.IsAlone)
        {
            // An activation that knows other labels, and no more that another one owns the user, learns it at its next question.
            await OwningAsync(_log.OpenAsync());
        }

        await _services.Journal.TellAsync(log => log.RegisterAsync(_userId, cancellationToken));
        var profile = change(_profile?.State?.For(_userId) ?? new UserProfile(_userId));
        try
        {
            _profile = await _services.Profiles.WriteAsync(
                this.GetGrainId(),
                _profile,
                new UserProfileState
                {
                    LabelsJson = profile.LabelsJson,
                    Comment = profile.Comment,
                    WrittenMs = _services.Time.GetUtcNow().ToUnixTimeMilliseconds(),
                });
            _lastAnswer?.Forget();
        }
        catch (Exception failure)
        {
            // Memory is ahead of what is stored: the next activation reads it anew.
            DeactivateOnIdle();
            throw new UnavailableException("The user's profile could not be written.", failure);
        }
    }

    private static RecommendationAnswer Marked(RecommendationAnswer answer, bool mayBeStale) =>
        mayBeStale ? answer with { MayBeStale = true } : answer;

    /// <summary>Makes sure that this activation may answer; true when the journal does not say whether it has everything.</summary>
    private async ValueTask<bool> MayBeStaleAsync()
    {
        var confirmation = _log.ConfirmAsync();
        var mayBeStale = confirmation.IsCompletedSuccessfully ? !confirmation.Result : !await OwningAsync(confirmation.AsTask());
        if (mayBeStale)
        {
            UserTelemetry.AnsweredStale();
        }

        return mayBeStale;
    }

    /// <summary>Makes sure that the state contains this version, which somebody has been acknowledged.</summary>
    private async Task ReachAsync(long version)
    {
        if (_state.Version >= version)
        {
            return;
        }

        await _log.WhenIdleAsync();
        if (_state.Version >= version)
        {
            return;
        }

        if ((await _services.Journal.AskAsync(log => log.ReadHeadAsync(_userId, CancellationToken.None))).Length >= version)
        {
            // Another activation has written it: this one is stale and does not know yet.
            _log.Lose();
            DeactivateOnIdle();
        }

        throw new UnavailableException($"The user's version {version} is not here; this is {_state.Version}.");
    }

    /// <summary>Lets the activation go away when it turns out not to own the journal any more.</summary>
    private async Task OwningAsync(Task work)
    {
        try
        {
            await work;
        }
        finally
        {
            LeaveIfLost();
        }
    }

    private void LeaveIfLost()
    {
        if (!_log.IsLost)
        {
            return;
        }

        _services.LocalUsers.Remove(_userId, this);
        if (!_hasLeft)
        {
            // Turns that were queued before it left come after it, and Orleans lets none leave twice.
            DeactivateOnIdle();
        }
    }

    private async Task<T> OwningAsync<T>(Task<T> work)
    {
        await OwningAsync((Task)work);
        return await work;
    }
}
