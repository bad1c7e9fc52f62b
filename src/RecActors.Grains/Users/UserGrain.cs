using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using RecActors.Failures;
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
    private UserInterestView? _view;
    private LastAnswer? _lastAnswer;
    private bool _hasLeft;

    public UserGrain(UserServices services, ILogger<UserGrain> logger)
    {
        _services = services;
        _userId = this.GetPrimaryKeyString();
        _state = new UserState(services.Catalog, services.Policy, services.Options.Value.RememberedEvents);
        _log = new UserLog(_userId, _state, services, GrainContext.Scheduler, logger);
    }

    /// <summary>Only users who are asked about have these two.</summary>
    private UserInterestView View => _view ??= new(_userId, _state, _services.Catalog, _services.Pool, _services.Shards, _services.Time);

    private LastAnswer LastAnswer => _lastAnswer ??= new(_state, _log, _services);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _services.Readiness.WaitUntilStartedAsync(cancellationToken);
        try
        {
            await KnowProfileAsync();
        }
        catch (UnavailableException)
        {
            // Orleans lets nobody reach the user for five seconds after an activation that has failed. Whoever needs the profile reads it again.
        }
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

        await KnowProfileAsync();
        var (labels, mark) = (Labels, LastAnswer.Mark());
        var user = await View.AtAsync(_services.Models.Current, labels);
        var answer = await _services.Ranking.RecommendAsync(new RankingCall(user, query, nowMs, askedAt), cancellationToken);
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

    public async Task<UserTaste> GetTasteAsync(CancellationToken cancellationToken)
    {
        var mayBeStale = await MayBeStaleAsync();
        Mature(_services.Time.GetUtcNow().ToUnixTimeMilliseconds());
        await KnowProfileAsync();
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
            LeaveOnIdle();
        }
    }

    private void LeaveOnIdle()
    {
        try
        {
            DeactivateOnIdle();
        }
        catch (InvalidOperationException)
        {
            // It goes away already. Whoever waits for the turn hears of its outcome all the same.
        }
    }

    private async Task<T> OwningAsync<T>(Task<T> work)
    {
        await OwningAsync((Task)work);
        return await work;
    }
}
