namespace RecActors.Feedback;

/// <summary>What a user's journal adds up to, read in its order.</summary>
public static class FeedbackFold
{
    /// <summary>
    /// The feedback rows that stand, the one written last first. Of a (type, item): Add sums the values, Set overwrites,
    /// Remove deletes, Show adds from its time on; time is that of the last write, comment and labels the last that were given.
    /// </summary>
    /// <param name="entries">The journal.</param>
    /// <param name="nowMs">The time of the reading in Unix milliseconds: what is shown later is not there yet.</param>
    public static IReadOnlyList<FoldedRow> Rows(IEnumerable<FeedbackEntry> entries, long nowMs = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var rows = new Dictionary<(string, string), (FoldedRow Row, int Order)>();
        var order = 0;
        foreach (var entry in entries)
        {
            var key = (entry.Type, entry.ItemId);
            if (entry.Operation == FeedbackOperation.Remove)
            {
                rows.Remove(key);
                continue;
            }

            if (entry.Operation == FeedbackOperation.Show && entry.TimestampMs > nowMs)
            {
                continue;
            }

            var row = new FoldedRow(entry.Type, entry.ItemId, entry.Value, entry.TimestampMs, entry.Comment, entry.LabelsJson);
            if (entry.Operation != FeedbackOperation.Set && rows.TryGetValue(key, out var before))
            {
                row = row with
                {
                    Value = Sum(before.Row.Value, entry.Value),
                    Comment = entry.Comment ?? before.Row.Comment,
                    LabelsJson = entry.LabelsJson ?? before.Row.LabelsJson,
                };
            }

            rows[key] = (row, order++);
        }

        return [.. rows.Values.OrderByDescending(row => row.Order).Select(row => row.Row)];
    }

    // Finite whatever the producer sends: JSON knows no infinity.
    private static double Sum(double a, double b) => Math.Clamp(a + b, double.MinValue, double.MaxValue);
}

/// <summary>A feedback row: what the entries of (type, item) add up to.</summary>
public readonly record struct FoldedRow(string Type, string ItemId, double Value, long TimestampMs, string? Comment, string? LabelsJson = null);
