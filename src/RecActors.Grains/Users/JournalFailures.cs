using RecActors.Failures;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>Turns the journal's failures, thrown or returned, into the ones that callers know.</summary>
internal static class JournalFailures
{
    /// <exception cref="UnavailableException">The journal does not answer.</exception>
    public static async Task<T> AskAsync<T>(this IUserJournal journal, Func<IUserJournal, ValueTask<T>> call)
    {
        try
        {
            return await call(journal);
        }
        catch (JournalUnavailableException failure)
        {
            throw Unavailable(failure);
        }
    }

    /// <exception cref="UnavailableException">The journal does not answer.</exception>
    public static async Task TellAsync(this IUserJournal journal, Func<IUserJournal, ValueTask> call)
    {
        try
        {
            await call(journal);
        }
        catch (JournalUnavailableException failure)
        {
            throw Unavailable(failure);
        }
    }

    private static UnavailableException Unavailable(JournalUnavailableException failure) => new("The journal does not answer.", failure);
}
