using System.Collections.Immutable;
using System.Numerics.Tensors;
using RecActors.Evaluation;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.ItemWeights;

/// <summary>
/// Fits the learned item-to-item weights twice: to the sources' slice, where the ranker's slice chooses λ; then to everything with that λ,
/// unless the gate left them out.
/// </summary>
internal sealed class LinearStage(TrainingSet set, EventTimeline timeline, ReplayState state, TrainingOptions options)
{
    private const float BlendWeight = .5f;
    private const int Depth = 100;
    private const int MaxQueries = 1_000;

    // Fewer items leave nothing to regress on.
    private const int LeastItems = 10;

    // About a factor of three from step to step; the climb begins in the middle.
    private static readonly float[] Lambdas = [15, 50, 150, 500, 1_500, 5_000];

    private float _lambda;

    /// <summary>Adds the weights of the first slice, whose events the state has gone through; none where they cannot be computed.</summary>
    public ModelBundle AddTo(ModelBundle sources, Action<string> onTried, CancellationToken cancellationToken)
    {
        if (Trainer(timeline.SourceEnd, cancellationToken) is not { } trainer)
        {
            return sources;
        }

        var queries = Queries();
        var scores = new Dictionary<int, double>();
        float[] best = [];
        var at = Lambdas.Length / 2;
        Try(at);
        for (var climbs = true; climbs;)
        {
            climbs = false;
            foreach (var next in new[] { at - 1, at + 1 }.Where(next => next >= 0 && next < Lambdas.Length && !scores.ContainsKey(next)).ToList())
            {
                Try(next);
            }

            var top = scores.MaxBy(score => score.Value).Key;
            (climbs, at) = (top != at, top);
        }

        _lambda = scores[at] < 0 ? 0 : Lambdas[at];
        return _lambda == 0 ? sources : With(sources, trainer, best);

        void Try(int place)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (weights, score) = Score(trainer, Lambdas[place], queries);
            if (scores.Count == 0 || score > scores.Values.Max())
            {
                best = weights;
            }

            scores[place] = score;
            onTried(FormattableString.Invariant($"item weights, lambda {Lambdas[place]}: {score:F4}"));
        }
    }

    /// <summary>Adds the weights of everything, if the candidate has kept them.</summary>
    public ModelBundle AddTo(ModelBundle sources, ModelBundle candidate, CancellationToken cancellationToken) =>
        candidate.Linear is not null && Trainer(timeline.LearnedEnd, cancellationToken) is { } trainer
            ? With(sources, trainer, trainer.Fit(_lambda))
            : sources;

    private ModelBundle With(ModelBundle sources, LinearItemTrainer trainer, float[] weights) =>
        sources with { Linear = trainer.Prune(weights, set.ItemIds), Blend = sources.Blend with { Linear = BlendWeight } };

    private LinearItemTrainer? Trainer(int end, CancellationToken cancellationToken)
    {
        if (options.LinearItems == 0)
        {
            return null;
        }

        var users = new Dictionary<int, HashSet<int>>();
        foreach (var index in timeline.Order.AsSpan(0, end))
        {
            if (set.Events.Polarity[index] == Polarity.Positive)
            {
                if (!users.TryGetValue(set.Events.User[index], out var items))
                {
                    users.Add(set.Events.User[index], items = []);
                }

                items.Add(set.Events.Item[index]);
            }
        }

        var trainer = new LinearItemTrainer([.. users.Values.Select(items => items.ToArray())], options, cancellationToken);
        return trainer.Items.Length < LeastItems ? null : trainer;
    }

    /// <summary>NDCG@100 of the weights alone; below 0 when they cannot be computed.</summary>
    private (float[] Weights, double Score) Score(LinearItemTrainer trainer, float lambda, List<Query> queries)
    {
        float[] weights;
        try
        {
            weights = trainer.Fit(lambda);
        }
        catch (ArithmeticException)
        {
            return ([], -1);
        }

        var size = trainer.Items.Length;
        var columnOf = new int[set.ItemIds.Count];
        Array.Fill(columnOf, -1);
        for (var column = 0; column < size; column++)
        {
            columnOf[trainer.Items[column]] = column;
        }

        var sums = new float[size];
        var tally = new RankTally();
        foreach (var query in queries)
        {
            Array.Clear(sums);
            foreach (var item in query.History)
            {
                if (item.Polarity == Polarity.Positive && columnOf[item.Row] is >= 0 and var column)
                {
                    TensorPrimitives.Add(sums, weights.AsSpan(column * size, size), sums);
                }
            }

            tally.Add(columnOf[query.Target] is >= 0 and var target ? RankOf(sums, target, trainer, query.Seen) : 0);
        }

        return (weights, tally.Ndcg(Depth));
    }

    private static int RankOf(float[] sums, int target, LinearItemTrainer trainer, SeenRows seen)
    {
        var rank = 1;
        for (var column = 0; column < sums.Length; column++)
        {
            var before = sums[column] > sums[target] || (sums[column] == sums[target] && column < target);
            rank += before && !seen.Contains(trainer.Items[column]) ? 1 : 0;
        }

        return rank;
    }

    private List<Query> Queries()
    {
        var queries = new List<Query>();
        var sampling = new QuerySampling(timeline.RankerEnd - timeline.SourceEnd, MaxQueries);
        for (var place = timeline.SourceEnd; place < timeline.RankerEnd; place++)
        {
            var index = timeline.Order[place];
            var history = state.HistoryOf(set.Events.User[index]);
            if (sampling.Next() && state.IsQuery(index) && history.Count > 0)
            {
                queries.Add(new(history.NewestFirst, history.Seen, set.Events.Item[index]));
            }
        }

        return queries;
    }

    private sealed record Query(ImmutableArray<HistoryItem> History, SeenRows Seen, int Target);
}
