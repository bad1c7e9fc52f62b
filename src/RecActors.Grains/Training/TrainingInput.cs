using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;
using RecActors.Users;

namespace RecActors.Training;

/// <summary>Reads everything that a refit learns from: catalog, profiles, and the journals up to a cut. Thread-safe.</summary>
internal sealed class TrainingInput(IUserJournal journal, ICatalogStore catalog, UserProfiles profiles, FeedbackPolicy policy)
{
    private const int UsersPerPage = 1000;

    /// <summary>The set of all actions that are durable now.</summary>
    public async Task<TrainingSet> ReadAsync(CancellationToken cancellationToken)
    {
        var builder = new TrainingSetBuilder(policy);
        await foreach (var change in catalog.ReadChangesAsync(0, cancellationToken))
        {
            if (change.Item is { } item)
            {
                builder.AddItem(item);
            }
        }

        var head = await journal.GetHeadAsync(cancellationToken);
        await foreach (var record in journal.ReadRangeAsync(JournalPosition.Start, head, cancellationToken))
        {
            builder.Add(record);
        }

        await AddLabelsAsync(builder, cancellationToken);
        return builder.Build();
    }

    private async Task AddLabelsAsync(TrainingSetBuilder builder, CancellationToken cancellationToken)
    {
        string? last = null;
        while (await journal.ListUsersAsync(last, UsersPerPage, cancellationToken) is { Count: > 0 } users)
        {
            foreach (var userId in users)
            {
                if (await profiles.ReadAsync(userId) is { LabelsJson: { } labels })
                {
                    builder.AddUser(userId, labels);
                }
            }

            last = users[^1];
        }
    }
}
