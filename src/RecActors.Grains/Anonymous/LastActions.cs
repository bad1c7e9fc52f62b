using RecActors.Journal;
using RecActors.Users;

namespace RecActors.Anonymous;

/// <summary>When users acted last. Thread-safe.</summary>
internal sealed class LastActions(IUserJournal journal, UserProfiles profiles)
{
    /// <summary>
    /// The latest time of the user's actions; without any, when the profile was written; in Unix milliseconds. <see cref="long.MaxValue"/> where
    /// nobody knows: a profile of a version that did not note it.
    /// </summary>
    public async Task<long> OfAsync(string userId, CancellationToken cancellationToken)
    {
        var entries = await journal.AskAsync(log => log.ReadAsync(userId, cancellationToken));
        if (entries.Count > 0)
        {
            return entries.Max(entry => entry.TimestampMs);
        }

        return await profiles.ReadWrittenMsAsync(userId) is > 0 and var writtenMs ? writtenMs : long.MaxValue;
    }
}
