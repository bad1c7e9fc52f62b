using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Training;

/// <summary>
/// Made-up actions that all stages of a refit find something in, and how to train on them in a moment: users who keep to a genre and go from an item to the next one in it.
/// </summary>
public static class RehearsalSet
{
    private const int Users = 40;
    private const int Items = 120;
    private const int Genres = 4;
    private const int Actions = 1_200;
    private const string Like = "like";
    private const long FirstMs = 1_600_000_000_000;
    private const long MsBetween = 60_000;
    private const double StaysInGenre = .85;
    private const double GoesToTheNext = .5;

    // Budgets that every stage still runs with. What is compiled once, and not well yet, is slow: more of it takes seconds of a start.
    private const double SearchSeconds = .1;
    private const double SequenceSeconds = .03;
    private const int Epochs = 1;
    private const int Questions = 100;

    /// <summary>The same set every time.</summary>
    public static TrainingSet Make()
    {
        var random = new Random(1);

        // Not the site's policy, which need not know the type.
        var builder = new TrainingSetBuilder(FeedbackPolicy.Default);
        for (var item = 0; item < Items; item++)
        {
            builder.AddItem(new ItemRecord { ItemId = NameOfItem(item), Categories = [$"genre {item % Genres}"], LabelsJson = $$"""{"year":{{1990 + (item % 30)}}}""" });
        }

        var last = new int[Users];
        for (var action = 0; action < Actions; action++)
        {
            var user = random.Next(Users);
            var genre = random.NextDouble() < StaysInGenre ? user % Genres : random.Next(Genres);
            last[user] = random.NextDouble() < GoesToTheNext ? (last[user] + Genres) % Items : (random.Next(Items / Genres) * Genres) + genre;
            var entry = new FeedbackEntry(FeedbackOperation.Set, Like, NameOfItem(last[user]), 1, FirstMs + (action * MsBetween), 0);
            builder.Add(new JournalRecord(new JournalPosition(action + 1), $"user {user}", 1, entry));
        }

        return builder.Build();
    }

    /// <summary>A rehearsal's plan: the configured way to train, with the least of each budget.</summary>
    /// <param name="configured">Changed, and used.</param>
    public static TrainingPlan PlanOf(TrainingOptions configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        configured.SearchSeconds = Math.Min(configured.SearchSeconds, SearchSeconds);
        configured.SequenceSeconds = Math.Min(configured.SequenceSeconds, SequenceSeconds);
        configured.MaxReplayQueries = Math.Min(configured.MaxReplayQueries, Questions);
        configured.MaxEpochs = Math.Min(configured.MaxEpochs, Epochs);
        return new() { Version = 1, Reason = "rehearsal", IsRehearsal = true, Options = configured };
    }

    private static string NameOfItem(int item) => $"item {item}";
}
