using RecActors.Ranking;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.Rankers;

/// <summary>
/// Chooses the weights of the blend by NDCG@10 on the ranker's training queries, one weight after the other over a grid, and leaves learned
/// sources out that make the blend no better on later queries. The blend ranks where no ranker is better.
/// </summary>
internal sealed class BlendChoice(RankerExamples training, RankerExamples stopping, IReadOnlyList<CandidateSource> excluded)
{
    private const int Depth = RankerTrainer.QualityDepth;

    // Below it the defaults, which held on every data set tried, are the better guess.
    private const int LeastQueries = 200;
    private const int MostQueries = 2_000;
    private const int Rounds = 2;

    private static readonly float[] Grid = [0, .1f, .25f, .5f, 1, 2];

    private static readonly IReadOnlyList<(CandidateSource Source, Func<BlendWeights, float, BlendWeights> With)> Signals =
    [
        (CandidateSource.Transitions, (weights, value) => weights with { Transitions = value }),
        (CandidateSource.Cooccurrence, (weights, value) => weights with { Cooccurrence = value }),
        (CandidateSource.Sequence, (weights, value) => weights with { Sequence = value }),
        (CandidateSource.Linear, (weights, value) => weights with { Linear = value }),
        (CandidateSource.Trending, (weights, value) => weights with { Popularity = value }),
        (CandidateSource.Embedding, (weights, value) => weights with { FoldIn = value }),
    ];

    private readonly List<SourceReport> _reports = [];

    /// <summary>What the learned sources are worth to the blend on the later queries.</summary>
    public IReadOnlyList<SourceReport> Reports => _reports;

    /// <summary>The best weights for all sources.</summary>
    public BlendWeights Best(BlendWeights weights) => Best(weights, training.SampleOf(MostQueries));

    /// <summary>NDCG@10 of later queries.</summary>
    public double Ndcg(BlendWeights weights) => Ndcg(weights, stopping);

    /// <summary>The weights without the sources that have no memory worth spending on.</summary>
    public BlendWeights WithoutWorthless(BlendWeights weights)
    {
        var (learned, later) = (training.SampleOf(MostQueries), stopping);
        foreach (var source in new[] { CandidateSource.Sequence, CandidateSource.Linear })
        {
            if (!later.Found.Any(example => example.IsFoundBy(source)))
            {
                continue;
            }

            var (learnedWithout, laterWithout) = (learned.Without(source), later.Without(source));
            var without = Best(Signals.Single(signal => signal.Source == source).With(weights, 0), learnedWithout, source);
            var report = SourceWorth.Compare(source, RankerQuality.Ndcgs(weights, later, Depth), RankerQuality.Ndcgs(without, laterWithout, Depth));
            _reports.Add(report);
            (weights, learned, later) = report.Kept ? (weights, learned, later) : (without, learnedWithout, laterWithout);
        }

        return weights;
    }

    private static double Ndcg(BlendWeights weights, RankerExamples examples) => RankerQuality.Ndcgs(weights, examples, Depth).DefaultIfEmpty().Average();

    private BlendWeights Best(BlendWeights weights, RankerExamples examples, CandidateSource? without = null)
    {
        if (examples.Found.Count < LeastQueries)
        {
            return weights;
        }

        var best = Ndcg(weights, examples);
        for (var round = 0; round < Rounds; round++)
        {
            var before = best;
            foreach (var (source, with) in Signals)
            {
                if (source == without || excluded.Contains(source) || _reports.Exists(report => report.Source == source && !report.Kept))
                {
                    continue;
                }

                foreach (var value in Grid)
                {
                    var tried = with(weights, value);
                    var ndcg = Ndcg(tried, examples);
                    (weights, best) = ndcg > best ? (tried, ndcg) : (weights, best);
                }
            }

            if (best == before)
            {
                break;
            }
        }

        return weights;
    }
}
