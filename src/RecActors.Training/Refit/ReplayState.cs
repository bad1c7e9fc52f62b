using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Threads;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// The live side of the product at a moment of a replay: the catalog, the item statistics and every user's history, moved by one
/// event after the other exactly as user grains move them. Catalog rows are item indices of the training set.
/// </summary>
internal sealed class ReplayState
{
    // Accumulators of the users replayed last; events of a user come in bursts, so a small pool does.
    private const int PooledUsers = 256;

    private readonly TrainingSet _set;
    private readonly UserHistory?[] _histories;
    private readonly ReadOnlyMemory<int>[] _labels;
    private readonly int _window;
    private readonly FoldInPool _pool = new(PooledUsers);
    private readonly ShortCollections _collections = new();

    /// <param name="set">What is replayed.</param>
    /// <param name="window">The items of a history that a model looks at.</param>
    /// <param name="statistics">What is counted, and the limits.</param>
    /// <param name="ranking">How is ranked.</param>
    /// <param name="nowMs">The time at which it is replayed, in Unix milliseconds, where actions may be dated ahead of it.</param>
    public ReplayState(TrainingSet set, int window, ItemStatisticsOptions statistics, RankingOptions ranking, long nowMs = long.MaxValue)
    {
        _set = set;
        _window = window;
        _histories = new UserHistory?[set.UserIds.Count];
        Catalog = CatalogOf(set);
        Statistics = new(statistics);

        // The newest action that counts tells the time, unless it is dated ahead: what is too old by then is too old for every silo.
        Statistics.TrendingItems.MoveTo(Math.Min(NewestPositiveMs(set.Events), nowMs));
        Engine = new(Catalog, Statistics, ranking);
        _labels = [.. set.UserLabels.Select(labels => UserContext.LabelTokensOf(labels, Catalog.Vocabulary))];
    }

    public CatalogReplica Catalog { get; }

    public ItemStatistics Statistics { get; }

    public RecommendationEngine Engine { get; }

    /// <summary>The set's items, each in the row that is its index.</summary>
    public static CatalogReplica CatalogOf(TrainingSet set)
    {
        var catalog = new CatalogReplica();
        foreach (var itemId in set.ItemIds)
        {
            catalog.Intern(itemId);
        }

        for (var item = 0; item < set.Items.Count; item++)
        {
            if (set.Items[item] is { } record)
            {
                catalog.Apply(new CatalogChange(item + 1, record.ItemId, record));
            }
        }

        return catalog;
    }

    /// <summary>
    /// True when the event asks something: the user chose an item that could have been recommended, not having seen it before.
    /// </summary>
    public bool IsQuery(int index)
    {
        var events = _set.Events;
        var item = events.Item[index];
        return events.Polarity[index] == Polarity.Positive
            && _set.Items[item] is { IsHidden: false }
            && !HistoryOf(events.User[index]).Seen.Contains(item);
    }

    /// <summary>The distinct items that a question of the timeline is about; none when it asks nothing.</summary>
    public int[] TargetsOf(EventTimeline timeline, (int From, int To) question) =>
        [.. timeline.Order[question.From..question.To].Where(IsQuery).Select(index => _set.Events.Item[index]).Distinct()];

    /// <summary>The event's user just before the event, with the interest in the model's space.</summary>
    public UserContext ContextOf(int index, ServingModel model)
    {
        var user = _set.Events.User[index];
        var history = HistoryOf(user).NewestFirst;
        return new UserContext
        {
            UserId = _set.UserIds[user],
            History = history.AsMemory(),
            Seen = HistoryOf(user).Seen,
            LabelTokens = _labels[user],
            Interest = model.FoldIn is { } foldIn && history.Length > 0
                ? new UserInterest(model.Version, _pool.Encode(_set.UserIds[user], foldIn, model.Vectors, history.AsSpan()))
                {
                    Sequence = model.Sequence?.Encode(history.AsMemory()),
                }
                : null,
        };
    }

    /// <summary>The history of a user so far.</summary>
    public UserHistory HistoryOf(int user) => _histories[user] ??= new(_window);

    /// <summary>0 when there is none. What was shown for later is none, however far ahead it is dated.</summary>
    private static long NewestPositiveMs(TrainingEvents events)
    {
        var newest = 0L;
        for (var index = 0; index < events.Count; index++)
        {
            newest = events.Polarity[index] == Polarity.Positive ? Math.Max(newest, events.TimestampMs[index]) : newest;
        }

        return newest;
    }

    /// <summary>Lets the event happen.</summary>
    public void Advance(int index)
    {
        var events = _set.Events;
        var history = HistoryOf(events.User[index]);
        var signal = new ActionSignal(events.Polarity[index], events.Weight[index]);

        // From the history itself: a snapshot of it for every event would be most of what a refit allocates, and serving stands still while it is collected.
        Statistics.Observe(history, new HistoryItem(events.Item[index], signal.Weight, signal.Polarity, events.TimestampMs[index]));
        history.Apply(
            events.Item[index], _set.FeedbackTypes[events.Type[index]], FeedbackOperation.Set, signal, events.TimestampMs[index]);
        BackgroundThread.GiveWay();
    }

    /// <summary>Lets the events of a question happen, unless they were set apart for validation.</summary>
    public void Advance(EventTimeline timeline, (int From, int To) question)
    {
        if (!timeline.HasValidation || question.From < timeline.SourceEnd)
        {
            Advance(timeline, question.From, question.To, CancellationToken.None);
        }
    }

    /// <summary>Lets the timeline's events in [from, to) happen.</summary>
    public void Advance(EventTimeline timeline, int from, int to, CancellationToken cancellationToken)
    {
        const int EventsBetweenChecks = 1_024;
        for (var place = from; place < to; place++)
        {
            if (place % EventsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _collections.Pause();
            }

            Advance(timeline.Order[place]);
        }
    }
}
