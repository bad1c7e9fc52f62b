using RecActors.Feedback;
using RecActors.Journal;
using RecActors.Users;

namespace RecActors.Anonymous;

/// <summary>When users acted last. Thread-safe.</summary>
internal sealed class LastActions(IUserJournal journal, UserProfiles profiles)
{
    /// <summary>
    /// The latest time of the user's actions; without any, when the profile was written; without one, from when on what was shown last counts
    /// as seen; in Unix milliseconds. <see cref="long.MaxValue"/> where nobody knows: a profile of a version that did not note its time.
    /// </summary>
    public async Task<long> OfAsync(string userId, CancellationToken cancellationToken)
    {
        var entries = await journal.AskAsync(log => log.ReadAsync(userId, cancellationToken));

        // What the site showed is no action of the user, and may be dated years ahead.
        if (NewestOf(entries.Where(entry => entry.Operation != FeedbackOperation.Show)) is { } actedMs)
        {
            return actedMs;
        }

        return await profiles.ReadWrittenMsAsync(userId) is > 0 and var writtenMs ? writtenMs : NewestOf(entries) ?? long.MaxValue;
    }

    private static long? NewestOf(IEnumerable<FeedbackEntry> entries) => entries.Max(entry => (long?)entry.TimestampMs);
}
