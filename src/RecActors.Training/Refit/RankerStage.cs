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
    private double _blend;

    /// <summary>What each candidate source is worth; without a ranker, what the learned ones are worth to the blend.</summary>
    public IReadOnlyList<SourceReport> Sources { get; private set; } = [];

    /// <summary>The bundle with the ranker that is better than none, if there is one, and without the sources that are worth nothing.</summary>
    public ModelBundle Run(ModelBundle bundle, QuerySampling sampling, CancellationToken cancellationToken)
    {
        bundle = bundle.Without(options.WithoutSources ?? []);
        using (var sources = ServingModel.Bind(bundle, state.Catalog))
        {
            Replay(sources, sampling, cancellationToken);
        }

        var choice = new BlendChoice(_training, _stopping, options.WithoutSources ?? []);
        var blend = choice.Best(bundle.Blend);
        _blend = choice.Ndcg(blend);
        var ranker = TrainRanker(cancellationToken);
        if (ranker is null)
        {
            blend = choice.WithoutWorthless(blend);
            Sources = choice.Reports;
        }

        return (bundle with { Ranker = ranker, Blend = blend }).Without([.. Sources.Where(report => !report.Kept).Select(report => report.Source)]);
    }

    private RankerModel? TrainRanker(CancellationToken cancellationToken)
    {
        var trainer = new RankerTrainer(options, seed);
        var fit = options.Ranker == RankerKind.None
            ? null
            : trainer.Train(_training, _stopping, epoch => Report(epoch, 0, ""), cancellationToken, options.FeaturesExcluded);
        if (fit is null || (_stopping.Found.Count > 0 && fit.Ndcg <= _blend))
        {
            return null;
        }

        if (_stopping.Found.Count > 0)
        {
            var (worth, judged) = (new SourceWorth(trainer, _training, _stopping, options.FeaturesExcluded), "");
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

    private void Report(RankerEpoch epoch, double begin, string variant) => progress.Report(
        TrainingStage.TrainingRanker,
        begin + (.5 * epoch.Epoch / options.MaxEpochs),
        FormattableString.Invariant(
            $"epoch {epoch.Epoch}{variant}, step size {epoch.LearningRate}: loss {epoch.Loss:F4}, NDCG@10 of later queries {epoch.Ndcg:F4} (without ranker {_blend:F4})"));

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
    }
}
