using RecActors.Evaluation;
using RecActors.Rankers;
using RecActors.Ranking;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>
/// The gate of the candidate sources, on the later queries that stop the ranker. What a source is worth is the NDCG@10 lost without it:
/// without the candidates that only it found, and without its features. A ranker that merely goes deaf to them makes a cheap estimate,
/// which flatters a source, since the others were not trained to stand in. So the learned sources, which cost memory on every silo, and
/// every source whose estimate is no gain, have to prove themselves against a ranker trained without them, and go when they are no better.
/// Trending and new items and the catalog are measured and stay: they serve users without history and items without actions.
/// </summary>
internal sealed class SourceWorth(RankerTrainer trainer, RankerExamples training, RankerExamples stopping, IReadOnlySet<string> excludedFeatures)
{
    private static readonly CandidateSource[] Dispensable =
        [CandidateSource.Sequence, CandidateSource.Linear, CandidateSource.Embedding, CandidateSource.Transitions, CandidateSource.Cooccurrence];

    private static readonly CandidateSource[] Learned = [CandidateSource.Sequence, CandidateSource.Linear];

    private readonly List<SourceReport> _reports = [];
    private readonly HashSet<string> _excluded = [.. excludedFeatures];
    private RankerExamples _training = training;
    private RankerExamples _stopping = stopping;

    /// <summary>What each source turned out to be worth.</summary>
    public IReadOnlyList<SourceReport> Reports => _reports;

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
            var (trainingWithout, stoppingWithout) = (_training.Without(source), _stopping.Without(source));
            var muted = RankerQuality.Ndcgs(new Ranker(Deaf(fit.Model, SourceFeatures.Of(source))), stoppingWithout, RankerTrainer.QualityDepth);
            var report = Compare(source, fit.Ndcgs, muted);
            if (!Dispensable.Contains(source) || stoppingWithout.Found.Count == 0 || (report.Kept && !Learned.Contains(source)))
            {
                _reports.Add(report with { Kept = true });
                continue;
            }

            HashSet<string> excluded = [.. _excluded, .. SourceFeatures.Of(source)];
            var without = trainer.Train(trainingWithout, stoppingWithout, onEpoch, cancellationToken, excluded, fit.LearningRate);
            report = without is null ? report with { Kept = true } : Compare(source, fit.Ndcgs, without.Ndcgs);
            _reports.Add(report);
            if (!report.Kept)
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

    /// <summary>
    /// What a source is worth by the NDCG of the same queries with it and without. It stays when that is anything: what helps a little each
    /// is within the error on a small slice, and to ask for more than the error loses the sum of it (docs/decisions/what-the-gate-compares.md).
    /// </summary>
    public static SourceReport Compare(CandidateSource source, double[] with, double[] without)
    {
        var difference = PairedDifference.Of(with, without);
        return new(source, with.Average(), without.Average(), difference.Mean > 0) { StandardError = difference.StandardError };
    }

    /// <summary>What the reports say, for people; empty without any.</summary>
    public static string Describe(IReadOnlyList<SourceReport> reports) =>
        reports.Count == 0 ? "" : $" Worth of the sources: {string.Join(", ", reports)}.";

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
