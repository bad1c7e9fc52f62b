using RecActors.Feedback;

namespace RecActors.Journal;

/// <summary>Entries for tests.</summary>
internal static class Actions
{
    public static FeedbackEntry Read(string item, long time = 1_700_000_000_000, ulong hash = 0) =>
        new(FeedbackOperation.Add, "read", item, 1, time, hash);

    /// <summary><paramref name="count"/> entries that tell their number.</summary>
    public static FeedbackEntry[] Numbered(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => Read($"item-{number}", 1_700_000_000_000 + number, (ulong)number))];
}
