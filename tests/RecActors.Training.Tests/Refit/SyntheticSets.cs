using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Journal;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Training sets small enough to fit in a moment.</summary>
internal static class SyntheticSets
{
    /// <summary>Users who mostly stay within one of four genres and often go from an item to the next in its genre.</summary>
    public static TrainingSet Tastes(int users = 40, int items = 120, int events = 3_000, bool times = true, bool attributes = true, int seed = 1)
    {
        const int Genres = 4;
        var random = new Random(seed);
        var builder = new TrainingSetBuilder(FeedbackPolicy.Default);
        for (var item = 0; item < items; item++)
        {
            builder.AddItem(!attributes ? new ItemRecord { ItemId = $"i{item}" } : new ItemRecord
            {
                ItemId = $"i{item}",
                Categories = [$"genre {item % Genres}"],
                LabelsJson = $$"""{"year":{{1990 + (item % 30)}}}""",
            });
        }

        var last = new int[users];
        for (var e = 0; e < events; e++)
        {
            var user = random.Next(users);
            var genre = random.NextDouble() < .85 ? user % Genres : random.Next(Genres);
            var item = random.NextDouble() < .5 ? (last[user] + Genres) % items : (random.Next(items / Genres) * Genres) + genre;
            last[user] = item;
            builder.Add(Record(e + 1, $"u{user}", $"i{item}", times ? 1_000_000L * (e + 1) : 0));
        }

        return builder.Build();
    }

    /// <summary>Exactly these likes; items are known to the catalog.</summary>
    public static TrainingSet Of(params (string User, string Item, long TimestampMs)[] events)
    {
        var builder = new TrainingSetBuilder(FeedbackPolicy.Default);
        foreach (var (place, e) in events.Index())
        {
            builder.AddItem(new ItemRecord { ItemId = e.Item });
            builder.Add(Record(place + 1, e.User, e.Item, e.TimestampMs));
        }

        return builder.Build();
    }

    private static JournalRecord Record(long position, string user, string item, long timestampMs) =>
        new(new JournalPosition(position), user, 1, new FeedbackEntry(FeedbackOperation.Set, "like", item, 1, timestampMs, 0));
}
