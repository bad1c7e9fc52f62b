using RecActors.Feedback;

namespace RecActors.Users;

/// <summary>Between the wire's actions and rows, and the journal's entries.</summary>
internal static class FeedbackEntries
{
    /// <summary>The entries of a batch.</summary>
    /// <exception cref="ArgumentException">An action cannot be kept; the message names its index and field.</exception>
    public static FeedbackEntry[] Of(FeedbackBatch batch)
    {
        var entries = new FeedbackEntry[batch.Actions.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var action = batch.Actions[i];
            ThrowIfInvalid(action, i);
            entries[i] = new FeedbackEntry(
                action.Operation,
                action.FeedbackType,
                action.ItemId,
                action.Value,
                action.TimestampMs,
                EventIds.HashOf(action.EventId),
                action.Comment,
                action.LabelsJson);
        }

        return entries;
    }

    /// <summary>The actions that a user's entries were; event ids are kept as hashes only.</summary>
    public static IReadOnlyList<FeedbackAction> ActionsOf(IReadOnlyList<FeedbackEntry> entries) =>
    [
        .. entries.Select(entry => new FeedbackAction(
            entry.Operation, entry.Type, entry.ItemId, entry.Value, entry.TimestampMs, Comment: entry.Comment, LabelsJson: entry.LabelsJson)),
    ];

    /// <summary>The rows that a user's entries add up to at a time, the newest first.</summary>
    public static IEnumerable<FeedbackRow> RowsOf(
        string userId, IReadOnlyList<FeedbackEntry> entries, FeedbackFilter filter, DateTimeOffset now) =>
        FeedbackFold.Rows(entries, now.ToUnixTimeMilliseconds())
            .Where(row => filter.FeedbackType is null || row.Type == filter.FeedbackType)
            .Where(row => filter.ItemId is null || row.ItemId == filter.ItemId)
            .Skip(filter.Offset)
            .Take(filter.Count)
            .Select(row => new FeedbackRow(row.Type, userId, row.ItemId, row.Value, row.TimestampMs, row.Comment, row.TimestampMs, row.LabelsJson));

    private static void ThrowIfInvalid(in FeedbackAction action, int index)
    {
        var field = string.IsNullOrEmpty(action.FeedbackType) ? nameof(action.FeedbackType)
            : string.IsNullOrEmpty(action.ItemId) ? nameof(action.ItemId)
            : !double.IsFinite(action.Value) ? nameof(action.Value)
            : null;
        if (field is not null)
        {
            throw new ArgumentException($"Action {index}: {field} is missing or not finite.");
        }
    }
}
