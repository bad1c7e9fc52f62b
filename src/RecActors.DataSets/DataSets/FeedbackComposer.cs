using RecActors.Feedback;

namespace RecActors.DataSets;

/// <summary>The fields of an action, read and checked.</summary>
internal readonly record struct ParsedFeedback(string UserId, string ItemId, string Type, double Value, long TimestampMs, string? Comment, string? LabelsJson = null);

/// <summary>Makes journal entries of parsed actions, each distinct one once.</summary>
internal sealed class FeedbackComposer(DataSetOptions options, ReadReport report)
{
    private readonly RecordHashes _seen = new();

    public IEnumerable<ImportedFeedback> Compose(IEnumerable<ParsedFeedback> rows)
    {
        foreach (var row in rows)
        {
            if (!_seen.Add(row.UserId, row.Type, row.ItemId, row.Value, row.TimestampMs, out var eventHash))
            {
                report.Duplicate();
                continue;
            }

            report.Accept();
            yield return new(row.UserId, new FeedbackEntry(options.Operation, row.Type, row.ItemId, row.Value, row.TimestampMs, eventHash, row.Comment, row.LabelsJson));
        }
    }
}

/// <summary>Counts records on their way.</summary>
internal static class CountedRecords
{
    public static IEnumerable<T> Counted<T>(this IEnumerable<T> records, ReadReport report)
    {
        foreach (var record in records)
        {
            report.Accept();
            yield return record;
        }
    }
}
