using RecActors.Failures;
using RecActors.Journal;

namespace RecActors.Users;

/// <content>The user's profile, and all that is known of the user: its export and its removal.</content>
internal sealed partial class UserGrain
{
    private GrainState<UserProfileState>? _profile;
    private Task? _profileRead;
    private Task _profileWrite = Task.CompletedTask;

    private string? Labels => _profile?.State?.LabelsJson;

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

        await ForgetReducedAsync();
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
        await ForgetReducedAsync();
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

    /// <summary>
    /// Whoever asks for a deletion is to find nothing afterwards, so this comes first: what fails then can be asked for again. Of sessions that expire or are
    /// merged something may stay until statistics are stored.
    /// </summary>
    private async Task ForgetReducedAsync()
    {
        await QuiesceAsync();
        try
        {
            await _services.Reduced.ForgetAsync(CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException("What is kept of actions could not be removed, so that the user is still here.", failure);
        }
    }

    /// <summary>Removes profile and journal; this activation goes away.</summary>
    private async Task RemoveAsync(Func<IUserJournal, ValueTask> remove)
    {
        await QuiesceAsync();
        await KnowProfileAsync();
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
            await KnowProfileAsync();
            return _profile?.State;
        }

        return (await FindProfileAsync())?.State;
    }

    /// <summary>Makes sure that the profile has been read, which the activation tries as it begins. All who need it wait for one read: a store that is away is not asked by each of them.</summary>
    private Task KnowProfileAsync() => _profileRead is { IsFaulted: false } read ? read : _profileRead = ReadProfileAsync();

    private async Task ReadProfileAsync()
    {
        _profile = await FindProfileAsync();

        // The same, without the memory of a read that had to wait.
        _profileRead = Task.CompletedTask;
    }

    /// <exception cref="UnavailableException">The store does not answer.</exception>
    private async Task<GrainState<UserProfileState>?> FindProfileAsync()
    {
        try
        {
            return await _services.Profiles.FindAsync(this.GetGrainId());
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
        await KnowProfileAsync();
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
}
