using RecActors.Evaluation;
using RecActors.Feedback;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Protocols;
using RecActors.Ranking;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.Served;

/// <summary>A bundle as a server would serve it, in one thread: the same histories, statistics and engine, moved by the same rules.</summary>
internal sealed class ServedReplay : IRecommenderReplay
{
    private readonly ReplayState _state;
    private readonly ServingModel _model;
    private readonly int[] _anEventOf;

    public ServedReplay(
        ModelBundle bundle, EvaluationPlan plan, int window, RankingOptions ranking, ItemStatisticsOptions statistics, CancellationToken cancellationToken)
    {
        _state = new(plan.All, window, statistics, ranking);
        _model = ServingModel.Bind(bundle, _state.Catalog);
        _anEventOf = new int[plan.All.UserIds.Count];
        for (var index = 0; index < plan.All.Events.Count; index++)
        {
            _anEventOf[plan.All.Events.User[index]] = index;
        }

        foreach (var index in plan.Train)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Remember(plan.All, index);
        }

        // As a server takes them, with whatever the refit counted.
        _state.Statistics.Import(bundle.Statistics, _state.Catalog.Intern);
    }

    /// <inheritdoc/>
    public int[] Rank(in RankingTask task) => [.. Answer(task).Items.Select(item => item.Row)];

    /// <summary>The answer with its scores.</summary>
    public EngineAnswer Answer(in RankingTask task)
    {
        var user = _state.ContextOf(_anEventOf[task.User], _model) with { Seen = task.Seen };
        return _state.Engine.Recommend(_model, user, new RecommendRequest { Count = task.Depth, NowMs = task.TimestampMs, Lambda = task.Lambda });
    }

    /// <inheritdoc/>
    public void Observe(int index) => _state.Advance(index);

    private void Remember(TrainingSet set, int index)
    {
        var events = set.Events;
        _state.HistoryOf(events.User[index]).Apply(
            events.Item[index],
            set.FeedbackTypes[events.Type[index]],
            FeedbackOperation.Set,
            new ActionSignal(events.Polarity[index], events.Weight[index]),
            events.TimestampMs[index]);
    }
}
