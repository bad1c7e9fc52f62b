using RecActors.Journal;

namespace RecActors.Copying;

/// <summary>The users of an installation, for files in which the same data give the same lines.</summary>
internal static class StoredUsers
{
    private const int UsersPerPage = 1000;

    /// <summary>All users in ordinal order of their ids; each store has an order of its own.</summary>
    public static async Task<List<string>> ListInOrderAsync(IUserJournal journal, CancellationToken cancellationToken)
    {
        var users = new List<string>();
        while (await journal.ListUsersAsync(users.Count == 0 ? null : users[^1], UsersPerPage, cancellationToken) is { Count: > 0 } page)
        {
            users.AddRange(page);
        }

        users.Sort(StringComparer.Ordinal);
        return users;
    }
}
