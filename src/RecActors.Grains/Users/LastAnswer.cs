using RecActors.Ranking;

namespace RecActors.Users;

/// <summary>
/// The last answer of a user, given again while it would come out the same: the same question, user version, model and catalog,
/// and no item expired since. What other users do moves the item statistics all the time; for that alone an answer may be as old
/// as <see cref="UserOptions.AnswerReuse"/>. The user's grain is its one writer; others may read meanwhile, since all that an answer is held to
/// has moved before anybody is acknowledged the change.
/// </summary>
internal sealed class LastAnswer(UserState state, UserLog log, UserServices services)
{
    /// <summary>Longer answers, and those with reasons, are not worth their memory in every active user.</summary>
    private const int MaxKeptItems = 50;

    /// <summary>Ages of items and of popularity are features: an answer is made anew at least this often.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private volatile Kept? _kept;

    /// <summary>
    /// The last answer, if it answers this question now and nobody need be asked for that: the journal has this owner, and nothing that was
    /// written back for later has come due. Else null.
    /// </summary>
    public KeptAnswer? For(RecommendQuery query)
    {
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return log.IsUndisputed && nowMs < state.NextDueMs ? For(query, nowMs) : null;
    }

    /// <summary>The last answer, if it answers this question at this time; else null.</summary>
    public KeptAnswer? For(RecommendQuery query, long nowMs)
    {
        if (_kept is not { } kept
            || kept.Answer.Answer is not { } answer
            || answer.UserVersion != state.Version
            || answer.ModelVersion != services.Models.Current.Version
            || kept.Mark.Catalog != services.Catalog.Generation
            || kept.Mark.Matured != state.Matured
            || nowMs >= kept.ValidUntilMs
            || nowMs < answer.TimestampMs
            || Question(query) != kept.Query)
        {
            return null;
        }

        return kept.Mark.Statistics == services.Statistics.Version
            || nowMs - answer.TimestampMs < services.Options.Value.AnswerReuse.TotalMilliseconds ? kept.Answer : null;
    }

    /// <summary>Gives the last answer no more.</summary>
    public void Forget() => _kept = null;

    /// <summary>Notes what answers depend on beside the versions that they name, before one is made.</summary>
    public AnswerMark Mark() => new(services.Catalog.Generation, services.Statistics.Version, state.Matured);

    /// <summary>Keeps an answer for the time being; false when it is not worth it.</summary>
    public bool Keep(RecommendQuery query, RecommendationAnswer answer, AnswerMark mark)
    {
        if (mark.Matured != state.Matured || query.Explain || query.Exploration > 0 || query.TimestampMs != 0
            || answer.Items.Count > MaxKeptItems || services.Options.Value.AnswerReuse <= TimeSpan.Zero)
        {
            return false;
        }

        var validUntilMs = answer.TimestampMs + (long)MaxAge.TotalMilliseconds;
        foreach (var item in answer.Items)
        {
            if (services.Catalog.TryGetRow(item.ItemId, out var row) && services.Catalog[row]?.ExpiresAtMs is { } expiry)
            {
                validUntilMs = Math.Min(validUntilMs, expiry);
            }
        }

        _kept = new Kept(Question(query), new KeptAnswer(answer), mark, validUntilMs);
        return true;
    }

    private static RecommendQuery Question(RecommendQuery query) =>
        query.MinimumUserVersion == 0 ? query : query with { MinimumUserVersion = 0 };

    private sealed record Kept(RecommendQuery Query, KeptAnswer Answer, AnswerMark Mark, long ValidUntilMs);
}

/// <summary>What an answer depends on beside the versions that it names: changes of items, of item statistics, and entries of the user that came due.</summary>
internal readonly record struct AnswerMark(long Catalog, long Statistics, long Matured);
