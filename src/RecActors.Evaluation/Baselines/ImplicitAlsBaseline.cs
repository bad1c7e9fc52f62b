using RecActors.Evaluation;
using RecActors.Interest;
using RecActors.Protocols;
using RecActors.Refit;
using RecActors.Retrieval;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>The constants of <see cref="ImplicitAlsBaseline"/>.</summary>
internal sealed record ImplicitAlsSettings(float Alpha0, float Regularization, float Nu)
{
    /// <summary>What validation chooses from: the neighbourhoods of the settings that were best on public data.</summary>
    public static IReadOnlyList<ImplicitAlsSettings> Grid { get; } =
    [
        .. from strength in new[] { (.01f, 1f), (.003f, 1f), (.02f, .9f), (.005f, .9f) }
           from alpha0 in new[] { .1f, .3f, .03f }
           select new ImplicitAlsSettings(alpha0, strength.Item1, strength.Item2),
    ];

    public override string ToString() => FormattableString.Invariant($"a0 {Alpha0}, reg {Regularization}, nu {Nu}");
}

/// <summary>
/// iALS as published: every action counts the same whenever it happened. A user is the least-squares vector of all that it liked, which is
/// its row of the factorisation, and moves with every action.
/// </summary>
internal static class ImplicitAlsBaseline
{
    /// <summary>Fits with given settings; dimensions, sweeps and similarity are those of the product.</summary>
    public static IFittedRecommender Fit(ImplicitAlsSettings settings, FitRequest request, CancellationToken cancellationToken)
    {
        var options = request.NewOptions();
        options.Decays = [1];
        var set = EventSubset.Of(request.Plan.All, [.. request.Plan.Train], unitWeights: true);
        var timeline = EventTimeline.Of(set, options, request.Seed);
        var vectors = InterestVectors.Fit(
            set, timeline, timeline.Count, new(options.Dimensions, settings.Alpha0, settings.Regularization, settings.Nu, options.DecaysInUse, options.Window), options, request.Seed, null, cancellationToken);
        return new Fitted(request.Plan, vectors, settings, options.Similarity);
    }

    private sealed class Fitted(EvaluationPlan plan, InterestVectors vectors, ImplicitAlsSettings settings, Similarity similarity) : IFittedRecommender
    {
        public string Settings => settings.ToString();

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
