using System.Globalization;
using RecActors.Rankers;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// The gate of the candidate sources, on the later queries that stop the ranker. What a source is worth is the NDCG@10 lost without it:
/// without the candidates that only it found, and without its features. A ranker that merely goes deaf to them makes a cheap estimate,
/// which flatters a source, since the others were not trained to stand in. So the sequence model, which costs memory on every silo, and
/// every source whose estimate is no loss, have to prove themselves against a ranker trained without them, and go when they are no better.
/// Trending and new items and the catalog are measured and stay: they serve users without history and items without actions.
/// </summary>
internal sealed class SourceWorth(RankerTrainer trainer, RankerExamples training, RankerExamples stopping, IReadOnlySet<string> excludedFeatures)
{
    private static readonly CandidateSource[] Dispensable =
        [CandidateSource.Sequence, CandidateSource.Linear, CandidateSource.Embedding, CandidateSource.Transitions, CandidateSource.Cooccurrence];

    private readonly List<SourceReport> _reports = [];
    private readonly HashSet<string> _excluded = [.. excludedFeatures];
    private RankerExamples _training = training;
    private RankerExamples _stopping = stopping;

    /// <summary>What each source turned out to be worth.</summary>
    public IReadOnlyList<SourceReport> Reports => _reports;

    /// <summary>The sources that go.</summary>
    public IReadOnlyList<CandidateSource> Left => [.. Dispensable.Where(source => _reports.Exists(report => report.Source == source && !report.Kept))];

    /// <summary>Judges all sources; the ranker of those that stay.</summary>
    /// <param name="fit">The ranker that was trained with all of them.</param>
    /// <param name="onSource">Called before a source is judged.</param>
    /// <param name="onEpoch">Called after every epoch of a ranker trained without a source.</param>
    /// <param name="cancellationToken">Noticed at every batch.</param>
    public RankerFit Run(RankerFit fit, Action<string> onSource, Action<RankerEpoch> onEpoch, CancellationToken cancellationToken)
    {
        foreach (var source in SourcesFound())
        {
            onSource(source.ToString());
            var muted = RankerQuality.Ndcg(new Ranker(Deaf(fit.Model, SourceFeatures.Of(source))), _stopping.Without(source), RankerTrainer.QualityDepth);
            if (!Dispensable.Contains(source) || (source != CandidateSource.Sequence && muted < fit.Ndcg))
            {
                _reports.Add(new(source, fit.Ndcg, muted, Kept: true));
                continue;
            }

            var (trainingWithout, stoppingWithout) = (_training.Without(source), _stopping.Without(source));
            HashSet<string> excluded = [.. _excluded, .. SourceFeatures.Of(source)];
            var without = trainer.Train(trainingWithout, stoppingWithout, onEpoch, cancellationToken, excluded, fit.LearningRate);
            var kept = without is null || fit.Ndcg > without.Ndcg;
            _reports.Add(new(source, fit.Ndcg, without?.Ndcg ?? 0, kept));
            if (!kept)
            {
                (_training, _stopping, fit) = (trainingWithout, stoppingWithout, without!);
                _excluded.UnionWith(excluded);
            }
        }

        return fit;
    }

    /// <summary>The ranker of the sources that stay, trained for as long as was best on the later queries too, which it has no more need to be stopped by.</summary>
    public RankerModel TrainOnAll(RankerFit fit, CancellationToken cancellationToken) =>
        trainer.TrainAgain(_training.With(_stopping), fit, cancellationToken, _excluded) ?? fit.Model;

    /// <summary>What the reports say, for people; empty without any.</summary>
    public static string Describe(IReadOnlyList<SourceReport> reports) => reports.Count == 0 ? "" : " Worth of the sources: " + string.Join(
        ", ",
        reports.Select(report => string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Source} {report.With - report.Without:+0.0000;-0.0000;0}{(report.Kept ? "" : " (left out)")}"))) + ".";

    private IEnumerable<CandidateSource> SourcesFound() =>
        Dispensable.Union(Enum.GetValues<CandidateSource>()).Where(source => _stopping.Found.Concat(_training.Found).Any(example => example.IsFoundBy(source)));

    /// <summary>The ranker with some inputs held at their means.</summary>
    private static RankerModel Deaf(RankerModel model, IReadOnlySet<string> features)
    {
        var first = model.Layers[0];
        var weights = (float[])first.Weights.Clone();
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = features.Contains(model.Features[i % first.Inputs]) ? 0 : weights[i];
        }

        return model with { Layers = [first with { Weights = weights }, .. model.Layers.Skip(1)] };
    }
}
