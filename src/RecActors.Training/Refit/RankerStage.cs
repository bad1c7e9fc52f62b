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
            if (timeline.HasValidation)
            {
                // Queries given for validation are few, and none is later than another.
                return worth.TrainOnAll(fit, cancellationToken);
            }
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
        var reported = timeline.SourceEnd - EventsPerReport;
        foreach (var question in timeline.Questions(timeline.SourceEnd, timeline.StoppingEnd))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (sampling.Next() && state.TargetsOf(timeline, question) is { Length: > 0 } targets)
            {
                Gather(sources, timeline.Order[question.To - 1], targets, isLater: question.From >= timeline.RankerEnd);
            }

            state.Advance(timeline, question);
            if (question.From - reported >= EventsPerReport)
            {
                reported = question.From;
                progress.Report(
                    TrainingStage.Replaying,
                    (double)(question.From - timeline.SourceEnd) / (timeline.StoppingEnd - timeline.SourceEnd),
                    $"{_training.Queries + _stopping.Queries} queries");
            }
        }
    }

    private void Gather(ServingModel sources, int index, int[] targets, bool isLater)
    {
        var time = set.Events.TimestampMs[index];
        var user = state.ContextOf(index, sources);
        (isLater ? _stopping : _training).Add(state.Engine.GatherExample(sources, user, targets, time));
        if (isLater)
        {
            var ranks = _blend.Ask(state.Engine, sources, user, targets, time);
            if (_withoutSequence is not null && _blendWith.Queries < BlendQueries)
            {
                _blendWith.Add(ranks, targets.Length);
                _blendWithout.Ask(state.Engine, _withoutSequence, user, targets, time);
            }
        }
    }
}
