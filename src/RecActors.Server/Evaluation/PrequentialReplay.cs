using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Evaluation;

/// <summary>
/// Test, then learn: for every action in the order of time the user's list is asked for, the action's item is looked up in it,
/// and then the action is recorded. No refit during the replay. Everything goes through the user grains, one call at a time, so
/// that a run can be repeated to the last digit.
/// </summary>
internal sealed class PrequentialReplay(IGrainFactory grains, PrequentialOptions options)
{
    private readonly Dictionary<string, HashSet<string>> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<FeedbackEntry>> _heldBack = new(StringComparer.Ordinal);
    private readonly RecentPopularityBaseline _popularity = new();

    /// <summary>Ranks in the recommender's lists.</summary>
    public RankTally Recommender { get; } = new();

    /// <summary>Ranks by recent popularity on the same queries.</summary>
    public RankTally Popularity { get; } = new();

    /// <summary>Tells the baseline and the bookkeeping what the model was trained on.</summary>
    public void Learned(ImportedFeedback action)
    {
        SeenBy(action.UserId).Add(action.Entry.ItemId);
        _popularity.Add(action.Entry.ItemId);
    }

    /// <summary>Replays actions in the given order and returns how many there were.</summary>
    public async Task<int> RunAsync(IReadOnlyList<ImportedFeedback> actions, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var replayed = 0;
        foreach (var action in actions)
        {
            if (replayed % options.Every == 0)
            {
                if (Recommender.Queries >= (options.Limit ?? int.MaxValue))
                {
                    break;
                }

                await QueryAsync(action, cancellationToken);
            }

            await FeedAsync(action, cancellationToken);
            progress.Report(++replayed);
        }

        return replayed;
    }

    private async Task QueryAsync(ImportedFeedback action, CancellationToken cancellationToken)
    {
        var target = action.Entry.ItemId;
        var seen = SeenBy(action.UserId);
        var held = _heldBack.GetValueOrDefault(action.UserId);

        // Items that the server does not know to be seen yet are taken out here, so that a late server is charged for what it
        // does not know of the user's interest and not for repeating itself.
        var query = new RecommendQuery { Count = options.ListLength + (held?.Count ?? 0), TimestampMs = action.Entry.TimestampMs };
        var answer = await grains.GetGrain<IUserGrain>(action.UserId).RecommendAsync(query, cancellationToken);
        var rank = 0;
        var position = 0;
        foreach (var item in answer.Items.Where(item => !seen.Contains(item.ItemId)).Take(options.ListLength))
        {
            position++;
            if (item.ItemId == target)
            {
                rank = position;
                break;
            }
        }

        Recommender.Add(rank);
        Popularity.Add(_popularity.RankOf(target, seen));
    }

    private async Task FeedAsync(ImportedFeedback action, CancellationToken cancellationToken)
    {
        Learned(action);
        if (!_heldBack.TryGetValue(action.UserId, out var held))
        {
            held = new Queue<FeedbackEntry>();
            _heldBack.Add(action.UserId, held);
        }

        held.Enqueue(action.Entry);
        while (held.Count > options.Late)
        {
            var entry = held.Dequeue();
            var fed = new FeedbackAction(entry.Operation, entry.Type, entry.ItemId, entry.Value, entry.TimestampMs, Comment: entry.Comment);
            await grains.GetGrain<IUserGrain>(action.UserId).AppendAsync(new FeedbackBatch([fed]), cancellationToken);
        }
    }

    private HashSet<string> SeenBy(string userId)
    {
        if (!_seen.TryGetValue(userId, out var seen))
        {
            seen = new HashSet<string>(StringComparer.Ordinal);
            _seen.Add(userId, seen);
        }

        return seen;
    }
}
