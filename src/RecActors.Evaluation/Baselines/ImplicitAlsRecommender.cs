using RecActors.Evaluation;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Protocols;
using RecActors.Ranking;
using RecActors.Refit;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>
/// iALS as published: every action counts the same whenever it happened. Regularisation by the product's search; users are the least-squares
/// vectors of all that they liked, which is their row of the factorisation, and moves with every action.
/// </summary>
internal sealed class ImplicitAlsRecommender : IRecommender
{
    /// <inheritdoc/>
    public string Name => "ials";

    /// <inheritdoc/>
    public IFittedRecommender Fit(FitRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var options = request.NewOptions();
        options.Decays = [1];
        options.Seed = request.Seed;
        var set = EventSubset.Of(request.Plan.All, [.. request.Plan.Train], unitWeights: true);
        var timeline = EventTimeline.Of(set, options, request.Seed);
        var state = new ReplayState(set, options.Window, new ItemStatisticsOptions(), new RankingOptions());
        var settings = new SettingsSearch(set, timeline, state, options, request.Seed, cancellationToken).Run(
            (tried, score, spent) => progress?.Report(new(Name, $"a0 {tried.Alpha0}, reg {tried.Regularization}, nu {tried.Nu}: {score:F4}", .9 * spent)),
            cancellationToken);
        var vectors = InterestVectors.Fit(
            set, timeline, timeline.Count, settings, options, request.Seed,
            fraction => progress?.Report(new(Name, "fitting", .9 + (.1 * fraction))), cancellationToken);
        return new Fitted(request.Plan, vectors, settings, options.Similarity);
    }

    private sealed class Fitted(EvaluationPlan plan, InterestVectors vectors, SourceSettings settings, Similarity similarity) : IFittedRecommender
    {
        public string Settings => FormattableString.Invariant($"a0 {settings.Alpha0}, reg {settings.Regularization}, nu {settings.Nu}");

        public IRecommenderReplay Replay(CancellationToken cancellationToken)
        {
            var replay = new FoldInReplay(plan.All, vectors, similarity);
            foreach (var index in plan.Train)
            {
                replay.Observe(index);
            }

            return replay;
        }

        public void Dispose()
        {
        }
    }

    private sealed class FoldInReplay : IRecommenderReplay
    {
        private readonly UserItems _users;
        private readonly Similarity _similarity;
        private readonly VectorTable _table;
        private readonly FoldIn _foldIn;

        public FoldInReplay(TrainingSet set, InterestVectors vectors, Similarity similarity)
        {
            _users = new(set);
            _similarity = similarity;
            _table = new(vectors.Parameters.Dimensions);
            for (var place = 0; place < vectors.Items.Length; place++)
            {
                _table.Set(vectors.Items[place], vectors.Vectors.AsSpan(place * _table.Dimensions, _table.Dimensions));
            }

            // Items without a vector are rows of zeros, which add nothing.
            if (set.ItemIds.Count > 0 && _table.Count < set.ItemIds.Count)
            {
                _table.Set(set.ItemIds.Count - 1, new float[_table.Dimensions]);
            }

            _foldIn = new(vectors.Parameters with { Window = int.MaxValue }, vectors.Gram);
        }

        public int[] Rank(in RankingTask task)
        {
            var items = _users[task.User];
            var history = new HistoryItem[items.Count];
            for (var age = 0; age < history.Length; age++)
            {
                history[age] = new(items[^(age + 1)], 1, Feedback.Polarity.Positive, 0);
            }

            var user = _foldIn.Encode(history, _table)[0];
            return user.AsSpan().ContainsAnyExcept(0f)
                ? [.. ExactRetriever.Search(_table, user, _similarity, task.Depth, new Unseen(task.Seen)).Select(hit => hit.Row)]
                : [];
        }

        public void Observe(int index) => _users.Observe(index);

        private readonly struct Unseen(SeenRows seen) : IRowFilter
        {
            public bool Accepts(int row) => !seen.Contains(row);
        }
    }
}
