using System.Collections.Concurrent;
using RecActors.Feedback;
using RecActors.Items;
using RecActors.Users;

namespace RecActors.StandIns;

internal sealed class StandInStore
{
    public ConcurrentDictionary<string, Item> Items { get; } = new();
    public ConcurrentDictionary<string, UserProfile> Profiles { get; } = new();
    public ConcurrentDictionary<string, List<FeedbackAction>> Journals { get; } = new();

    public List<FeedbackRow> Rows(string userId)
    {
        var rows = new Dictionary<(string, string), FeedbackRow>();
        foreach (var a in Journals.GetValueOrDefault(userId) ?? [])
        {
            var key = (a.FeedbackType, a.ItemId);
            switch (a.Operation)
            {
                case FeedbackOperation.Remove: rows.Remove(key); break;
                case FeedbackOperation.Add when rows.TryGetValue(key, out var row):
                    rows[key] = row with { Value = row.Value + a.Value, TimestampMs = Math.Min(row.TimestampMs, a.TimestampMs), UpdatedMs = Math.Max(row.UpdatedMs, a.TimestampMs), Comment = a.Comment };
                    break;
                default: rows[key] = new(a.FeedbackType, userId, a.ItemId, a.Value, a.TimestampMs, a.Comment, a.TimestampMs); break;
            }
        }
        return [.. rows.Values.OrderByDescending(r => r.TimestampMs)];
    }
}
