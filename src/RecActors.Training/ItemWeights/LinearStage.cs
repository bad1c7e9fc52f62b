using RecActors.Feedback;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Refit;
using RecActors.Training;

namespace RecActors.ItemWeights;

/// <summary>
/// Adds item-to-item weights twice: to the sources' slice, where the ranker's slice chooses among regressions (<see cref="LinearItemTrainer"/>)
/// and counts (<see cref="SharedUserWeights"/>) and their constants; then to everything with that choice, unless the gate left them out.
/// </summary>
internal sealed class LinearStage(TrainingSet set, EventTimeline timeline, ReplayState state, TrainingOptions options)
{
    private const float BlendWeight = .5f;
    private const int Depth = 100;
    private const int MaxQueries = 1_000;

    // Fewer items leave nothing to regress on.
    private const int LeastItems = 10;

    // Counting reaches further than regression: this many times its items, and at most so many weights over all items.
    private const int CountedPerLinearItem = 25;
    private const int MostCountedWeights = 10_000_000;

    // λ is chosen on fewer items: the best one hardly depends on how many there are, the time goes with their cube.
    private const int ItemsOfTheClimb = 1_500;

    // About a factor of three from step to step; the climb begins in the middle.
    private static readonly float[] Lambdas = [15, 50, 150, 500, 1_500, 5_000];

    private static readonly (double Source, double Target)[] Exponents = [(.5, .5), (.7, .2)];

    private Func<IReadOnlyList<int[]>, LinearItemModel?>? _chosen;

    /// <summary>Adds the weights of the first slice, whose events the state has gone through; none where they cannot be computed.</summary>
    public ModelBundle AddTo(ModelBundle sources, Action<string> onTried, CancellationToken cancellationToken)
    {
        if (UsersBefore(timeline.SourceEnd) is not { } users)
        {
            return sources;
        }

        var scorer = new ItemWeightScore(set, ValidationQuery.Of(
            set, timeline, state, timeline.SourceEnd, timeline.RankerEnd, MaxQueries, happens: false, cancellationToken), Depth);
        var (best, bestScore) = ((LinearItemModel?)null, double.NegativeInfinity);
        var lambda = BestLambda(new LinearItemTrainer(users, Math.Min(ItemsOfTheClimb, options.LinearItems), options, cancellationToken));
        Judge(
            FormattableString.Invariant($"item weights, lambda {lambda}"),
            Regressed(new LinearItemTrainer(users, options.LinearItems, options, cancellationToken), lambda),
            others => Regressed(new LinearItemTrainer(others, options.LinearItems, options, cancellationToken), lambda));
        var counted = Counted(users);
        foreach (var (source, target) in Exponents)
        {
            Judge(
                FormattableString.Invariant($"item weights, counted, exponents {source} and {target}"),
                Counts(counted, source, target, cancellationToken),
                others => Counts(Counted(others), source, target, cancellationToken));
        }

        return best is null ? sources : With(sources, best);

        float BestLambda(LinearItemTrainer trainer)
        {
            var scores = new Dictionary<int, double>();
            var at = Lambdas.Length / 2;
            Try(at);
            for (var climbs = true; climbs;)
            {
                foreach (var next in new[] { at - 1, at + 1 }.Where(next => next >= 0 && next < Lambdas.Length && !scores.ContainsKey(next)).ToList())
                {
                    Try(next);
                }

                var top = scores.MaxBy(score => score.Value).Key;
                (climbs, at) = (top != at, top);
            }

            return Lambdas[at];

            void Try(int place)
            {
                cancellationToken.ThrowIfCancellationRequested();
                scores[place] = Regressed(trainer, Lambdas[place]) is { } model ? scorer.Ndcg(model) : -1;
                onTried(FormattableString.Invariant($"item weights of {trainer.Items.Length} items, lambda {Lambdas[place]}: {scores[place]:F4}"));
            }
        }

        void Judge(string name, LinearItemModel? model, Func<IReadOnlyList<int[]>, LinearItemModel?> again)
        {
            var score = model is null ? -1 : scorer.Ndcg(model);
            if (model is not null && score > bestScore)
            {
                (best, bestScore, _chosen) = (model, score, again);
            }

            onTried(FormattableString.Invariant($"{name}: {score:F4}"));
        }
    }

    /// <summary>Adds the weights of everything, if the candidate has kept them.</summary>
    public ModelBundle AddTo(ModelBundle sources, ModelBundle candidate) =>
        candidate.Linear is not null && UsersBefore(timeline.LearnedEnd) is { } users && _chosen?.Invoke(users) is { } model
            ? With(sources, model)
            : sources;

    private static ModelBundle With(ModelBundle sources, LinearItemModel model) =>
        sources with { Linear = model, Blend = sources.Blend with { Linear = BlendWeight } };

    /// <summary>Null when λ is too small for the data.</summary>
    private LinearItemModel? Regressed(LinearItemTrainer trainer, float lambda)
    {
        try
        {
            return trainer.Prune(trainer.Fit(lambda), set.ItemIds);
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    private SharedUserWeights Counted(IReadOnlyList<int[]> users) =>
        new(users, (int)Math.Min(int.MaxValue, (long)options.LinearItems * CountedPerLinearItem));

    private LinearItemModel Counts(SharedUserWeights counted, double source, double target, CancellationToken cancellationToken) => counted.Fit(
        source, target, Math.Min(options.LinearWeightsPerItem, Math.Max(1, MostCountedWeights / counted.Count)), set.ItemIds, cancellationToken);

    /// <summary>The items of every user; null when there are too few items, or no weights are wanted.</summary>
    private List<int[]>? UsersBefore(int end)
    {
        if (options.LinearItems == 0)
        {
            return null;
        }

        var users = new Dictionary<int, HashSet<int>>();
        var items = new HashSet<int>();
        foreach (var index in timeline.Order.AsSpan(0, end))
        {
            if (set.Events.Polarity[index] == Polarity.Positive)
            {
                if (!users.TryGetValue(set.Events.User[index], out var own))
                {
                    users.Add(set.Events.User[index], own = []);
                }

                own.Add(set.Events.Item[index]);
                items.Add(set.Events.Item[index]);
            }
        }

        return items.Count < LeastItems ? null : [.. users.Values.Select(own => own.ToArray())];
    }
}
