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
    private const int BlendQueries = 1_000;

    private readonly RankerExamples _training = new();
    private readonly RankerExamples _stopping = new();
    private readonly QueryTally _blend = new();

    // The blend with the sequence model and without it, on the same queries.
    private readonly QueryTally _blendWith = new();
    private readonly QueryTally _blendWithout = new();
    private ServingModel? _withoutSequence;

    /// <summary>What each candidate source is worth; without a ranker, what the sequence model is worth to the blend.</summary>
    public IReadOnlyList<SourceReport> Sources { get; private set; } = [];

    /// <summary>The bundle with the ranker that is better than none, if there is one, and without the sources that are worth nothing.</summary>
    public ModelBundle Run(ModelBundle bundle, QuerySampling sampling, CancellationToken cancellationToken)
    {
        using var sources = ServingModel.Bind(bundle, state.Catalog);
        _withoutSequence = bundle.Sequence is null ? null : ServingModel.Bind(bundle.Without([CandidateSource.Sequence]), state.Catalog);
        try
        {
            var ranker = Run(sources, sampling, cancellationToken);
            return (bundle with { Ranker = ranker }).Without([.. Sources.Where(report => !report.Kept).Select(report => report.Source)]);
        }
        finally
        {
            _withoutSequence?.Dispose();
        }
    }

    private RankerModel? Run(ServingModel sources, QuerySampling sampling, CancellationToken cancellationToken)
    {
        Replay(sources, sampling, cancellationToken);
        var trainer = new RankerTrainer(options, seed);
        var fit = trainer.Train(_training, _stopping, epoch => Report(epoch, 0, ""), cancellationToken);
        if (fit is null || (_stopping.Found.Count > 0 && fit.Ndcg <= _blend.Ndcg))
        {
            Sources = BlendSources();
            return null;
        }

        if (_stopping.Found.Count > 0)
        {
            var (worth, judged) = (new SourceWorth(trainer, _training, _stopping), "");
            fit = worth.Run(fit, source => judged = $" without {source}", epoch => Report(epoch, .5, judged), cancellationToken);
            Sources = worth.Reports;
        }

        return fit.Model;
    }

    private IReadOnlyList<SourceReport> BlendSources() => _blendWith.Queries == 0
        ? []
        : [new(CandidateSource.Sequence, _blendWith.Ndcg, _blendWithout.Ndcg, _blendWith.Ndcg > _blendWithout.Ndcg)];

    private void Report(RankerEpoch epoch, double begin, string variant) => progress.Report(
        TrainingStage.TrainingRanker,
        begin + (.5 * epoch.Epoch / options.MaxEpochs),
        $"epoch {epoch.Epoch}{variant}: loss {epoch.Loss:F4}, NDCG@10 of later queries {epoch.Ndcg:F4} (without ranker {_blend.Ndcg:F4})");

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

            state.Advance(timeline, place);
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
            var rank = _blend.Ask(state.Engine, sources, user, target, time);
            if (_withoutSequence is not null && _blendWith.Queries < BlendQueries)
            {
                _blendWith.Add(rank);
                _blendWithout.Ask(state.Engine, _withoutSequence, user, target, time);
            }
        }
    }
}
