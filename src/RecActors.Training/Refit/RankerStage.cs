using RecActors.Models;
using RecActors.Rankers;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// Replays the slices after the sources', query by query with live updates, and trains the ranker on what the engine gathers: the
/// candidates and features are those of serving. A ranker that orders later queries no better than the blend without one is dropped.
/// </summary>
internal sealed class RankerStage(
    TrainingSet set, EventTimeline timeline, ReplayState state, TrainingOptions options, int seed, StageProgress progress)
{
    private const int EventsPerReport = 500;

    private readonly RankerExamples _training = new();
    private readonly RankerExamples _stopping = new();
    private readonly QueryTally _blend = new();

    /// <summary>The ranker that is better than none, or null.</summary>
    public RankerModel? Run(ServingModel sources, QuerySampling sampling, CancellationToken cancellationToken)
    {
        Replay(sources, sampling, cancellationToken);
        var fit = new RankerTrainer(options, seed).Train(
            _training,
            _stopping,
            epoch => progress.Report(
                TrainingStage.TrainingRanker,
                (double)epoch.Epoch / options.MaxEpochs,
                $"epoch {epoch.Epoch}: loss {epoch.Loss:F4}, NDCG@10 of later queries {epoch.Ndcg:F4} (without ranker {_blend.Ndcg:F4})"),
            cancellationToken);
        return fit is not null && (_stopping.Found.Count == 0 || fit.Ndcg > _blend.Ndcg) ? fit.Model : null;
    }

    private void Replay(ServingModel sources, QuerySampling sampling, CancellationToken cancellationToken)
    {
        for (var place = timeline.SourceEnd; place < timeline.StoppingEnd; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var index = timeline.Order[place];
            if (sampling.Next() && state.IsQuery(index))
            {
                Gather(sources, index, isLater: place >= timeline.RankerEnd);
            }

            state.Advance(index);
            if ((place - timeline.SourceEnd) % EventsPerReport == 0)
            {
                progress.Report(
                    TrainingStage.Replaying,
                    (double)(place - timeline.SourceEnd) / (timeline.StoppingEnd - timeline.SourceEnd),
                    $"{_training.Queries + _stopping.Queries} queries");
            }
        }
    }

    private void Gather(ServingModel sources, int index, bool isLater)
    {
        var (target, time) = (set.Events.Item[index], set.Events.TimestampMs[index]);
        var user = state.ContextOf(index, sources);
        (isLater ? _stopping : _training).Add(state.Engine.GatherExample(sources, user, target, time));
        if (isLater)
        {
            _blend.Ask(state.Engine, sources, user, target, time);
        }
    }
}
