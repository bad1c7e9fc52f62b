using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;
using RecActors.Threads;
using RecActors.Users;

namespace RecActors.Training;

/// <summary>
/// Reads everything that a refit learns from: catalog, profiles, and the journals up to a cut. It gives way to all that serve: on a thread of low priority
/// where the journal reads in place, else, and with profiles, by resting as long as it has read. Thread-safe.
/// </summary>
internal sealed class TrainingInput(IUserJournal journal, ICatalogStore catalog, UserProfiles profiles, FeedbackPolicy policy, TimeProvider time)
{
    private const string ThreadName = "RecActors trainer input";

    private const int UsersPerPage = 1000;

    /// <summary>Actions between rests.</summary>
    private const int Stretch = 4096;

    /// <summary>Profiles that are read at the same time: the store's latency is spread over them, and it still serves others.</summary>
    private const int ConcurrentProfiles = 32;

    private const int ProfilesBetweenRests = 64;

    /// <summary>The set of all actions that are durable now.</summary>
    public async Task<TrainingSet> ReadAsync(CancellationToken cancellationToken)
    {
        var builder = new TrainingSetBuilder(policy);
        var head = await journal.GetHeadAsync(cancellationToken);
        if (journal.ReadsRangesInPlace)
        {
            await BackgroundThread.RunAsync(
                ThreadName,
                () =>
                {
                    AddItemsAsync(builder, cancellationToken).GetAwaiter().GetResult();
                    AddActionsAsync(builder, head, rests: false, cancellationToken).GetAwaiter().GetResult();
                    return builder.Count;
                },
                cancellationToken,
                onlyIdleTime: true);
        }
        else
        {
            await AddItemsAsync(builder, cancellationToken);
            await AddActionsAsync(builder, head, rests: true, cancellationToken);
        }

        await AddLabelsAsync(builder, cancellationToken);
        return await BackgroundThread.RunAsync(ThreadName, builder.Build, cancellationToken, onlyIdleTime: true);
    }

    /// <summary>How many of these users are not there any more.</summary>
    public async Task<int> CountGoneAsync(IReadOnlyList<string> userIds, CancellationToken cancellationToken)
    {
        var gone = userIds.ToHashSet(StringComparer.Ordinal);
        string? last = null;
        while (await journal.ListUsersAsync(last, UsersPerPage, cancellationToken) is { Count: > 0 } users)
        {
            gone.ExceptWith(users);
            last = users[^1];
        }

        return gone.Count;
    }

    private async Task AddItemsAsync(TrainingSetBuilder builder, CancellationToken cancellationToken)
    {
        await foreach (var change in catalog.ReadChangesAsync(0, cancellationToken))
        {
            if (change.Item is { } item)
            {
                builder.AddItem(item);
            }
        }
    }

    private async Task AddActionsAsync(TrainingSetBuilder builder, JournalPosition head, bool rests, CancellationToken cancellationToken)
    {
        var (read, began) = (0L, time.GetTimestamp());
        await foreach (var record in journal.ReadRangeAsync(JournalPosition.Start, head, cancellationToken))
        {
            builder.Add(record);
            if (rests && ++read % Stretch == 0)
            {
                await Task.Delay(time.GetElapsedTime(began), time, cancellationToken);
                began = time.GetTimestamp();
            }
        }
    }

    private async Task AddLabelsAsync(TrainingSetBuilder builder, CancellationToken cancellationToken)
    {
        var reading = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentProfiles, CancellationToken = cancellationToken };
        string? last = null;
        while (await journal.ListUsersAsync(last, UsersPerPage, cancellationToken) is { Count: > 0 } users)
        {
            var labels = new string?[users.Count];
            for (var first = 0; first < users.Count; first += ProfilesBetweenRests)
            {
                var began = time.GetTimestamp();
                await Parallel.ForAsync(
                    first,
                    Math.Min(users.Count, first + ProfilesBetweenRests),
                    reading,
                    async (user, _) => labels[user] = (await profiles.ReadAsync(users[user])).LabelsJson);
                await Task.Delay(time.GetElapsedTime(began), time, cancellationToken);
            }

            // In the order of the list: the same journals make the same set.
            for (var user = 0; user < users.Count; user++)
            {
                if (labels[user] is { } json)
                {
                    builder.AddUser(users[user], json);
                }
            }

            last = users[^1];
        }
    }
}
