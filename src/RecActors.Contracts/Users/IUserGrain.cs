using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>A user: keyed by the user id. The only writer of the user's journal.</summary>
[Alias("recactors.user"), GrainInterfaceType("recactors.user")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>
    /// Appends actions to the user's journal, applies them and acknowledges with the user version that contains them.
    /// Actions whose event id the journal remembers are acknowledged again, not applied again. Those of an erased user are dropped, and
    /// the receipt says so.
    /// </summary>
    [Alias("append")]
    Task<FeedbackReceipt> AppendAsync(FeedbackBatch batch, CancellationToken cancellationToken = default);

    /// <summary>What the user wants next. Sees every action acknowledged before the call.</summary>
    [Alias("recommend")]
    Task<RecommendationAnswer> RecommendAsync(RecommendQuery query, CancellationToken cancellationToken = default);

    /// <summary>The user's feedback rows: the journal folded by (type, item), newest first.</summary>
    [Alias("feedback")]
    Task<FeedbackPage> GetFeedbackAsync(FeedbackFilter filter, CancellationToken cancellationToken = default);

    /// <summary>The user's profile, or null when neither profile nor action is known.</summary>
    [Alias("profile")]
    Task<UserProfile?> GetProfileAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces the profile.</summary>
    /// <exception cref="RecActors.Failures.UserErasedException">The user was erased, and is refused.</exception>
    [Alias("set-profile")]
    Task SetProfileAsync(UserProfile profile, CancellationToken cancellationToken = default);

    /// <summary>Changes the given parts of the profile. False when the user is unknown.</summary>
    [Alias("patch-profile")]
    Task<bool> PatchProfileAsync(UserPatch patch, CancellationToken cancellationToken = default);

    /// <summary>Removes the user with all actions; the id may act again at once. False when unknown.</summary>
    [Alias("delete")]
    Task<bool> DeleteAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes the user, unless the journal has another number of actions than this by then. False when it has, and nothing was done.</summary>
    [Alias("delete-unchanged")]
    Task<bool> DeleteUnchangedAsync(long actions, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the user with all actions, and refuses the id's actions and profile for the configured time, so that what arrives late or
    /// again does not bring the user back. False when unknown; refused then all the same.
    /// </summary>
    [Alias("erase")]
    Task<bool> EraseAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the user with all actions unless one is of later than a time, in Unix milliseconds; decided when nothing can be appended meanwhile.
    /// True when the user was removed.
    /// </summary>
    [Alias("expire")]
    Task<bool> ExpireAsync(long idleSinceMs, bool refuse, CancellationToken cancellationToken = default);

    /// <summary>Refuses an erased user no longer. False when nothing was to be done.</summary>
    [Alias("readmit")]
    Task<bool> ReadmitAsync(CancellationToken cancellationToken = default);

    /// <summary>Everything that is stored of the user, or null when neither profile nor action is known.</summary>
    [Alias("export")]
    Task<UserExport?> ExportAsync(CancellationToken cancellationToken = default);

    /// <summary>The user's state as derived from the journal, for people and for tests: recent items by name, version, embedding norm.</summary>
    [Alias("taste")]
    Task<UserTaste> GetTasteAsync(CancellationToken cancellationToken = default);
}
