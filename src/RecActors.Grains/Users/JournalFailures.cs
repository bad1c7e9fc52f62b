using RecActors.Failures;
using RecActors.Journal;

namespace RecActors.Users;

/// <summary>Turns the journal's failures into the ones that callers know.</summary>
internal static class JournalFailures
{
    /// <exception cref="UnavailableException">The journal does not answer.</exception>
    public static async Task<T> OrUnavailableAsync<T>(this ValueTask<T> call)
    {
        try
        {
            return await call;
        }
        catch (JournalUnavailableException failure)
        {
            throw Unavailable(failure);
        }
    }

    /// <exception cref="UnavailableException">The journal does not answer.</exception>
    public static async Task OrUnavailableAsync(this ValueTask call)
    {
        try
        {
            await call;
        }
        catch (JournalUnavailableException failure)
        {
            throw Unavailable(failure);
        }
    }

    private static UnavailableException Unavailable(JournalUnavailableException failure) => new("The journal does not answer.", failure);
}
