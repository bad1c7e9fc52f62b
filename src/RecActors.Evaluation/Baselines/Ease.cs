using System.Numerics.Tensors;
using RecActors.Evaluation;
using RecActors.LinearAlgebra;
using RecActors.Protocols;
using RecActors.Training;

namespace RecActors.Baselines;

/// <summary>
/// EASE (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"): B = I − P diag(P)⁻¹ with P = (XᵀX + λI)⁻¹; the score of an
/// item is the sum of its column over the user's items. A user's new items count at once; the matrix is that of the fit.
/// </summary>
internal static class Ease
{
    /// <summary>Above it the matrix takes more than a gigabyte and the inverse more than minutes.</summary>
    public const int MaxItems = 16_384;

    /// <summary>What validation chooses λ from.</summary>
    public static IReadOnlyList<Regularization> Grid { get; } = [new(500), new(250), new(1_000), new(125), new(2_000)];

    /// <summary>Fits with a given λ.</summary>
    /// <exception cref="InvalidDataException">There are more than <see cref="MaxItems"/> items.</exception>
    public static IFittedRecommender Fit(Regularization lambda, FitRequest request, CancellationToken cancellationToken)
    {
        var set = request.Plan.All;
        var users = new UserItems(set);
        foreach (var index in request.Plan.Train)
        {
            users.Observe(index);
        }

        var columns = Enumerable.Range(0, set.UserIds.Count).SelectMany(user => users[user]).Distinct().Order().ToArray();
        if (columns.Length > MaxItems)
        {
            throw new InvalidDataException($"ease inverts a matrix of all items and refuses {columns.Length:N0} of them: {MaxItems:N0} are the most.");
        }

        var gram = GramOf(set, users, columns, cancellationToken);
        var weights = EaseWeights.Of(gram, columns.Length, lambda.Lambda, request.NewOptions().TorchThreads);
        cancellationToken.ThrowIfCancellationRequested();
        return new Fitted(request.Plan, columns, weights, lambda);
    }

    private static float[] GramOf(TrainingSet set, UserItems users, int[] columns, CancellationToken cancellationToken)
    {
        var columnOf = ColumnsByItem(set, columns);
        var gram = new float[(long)columns.Length * columns.Length];
        for (var user = 0; user < set.UserIds.Count; user++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EaseWeights.Count(gram, columns.Length, [.. users[user].Select(item => columnOf[item])]);
        }

        return gram;
    }

    private static int[] ColumnsByItem(TrainingSet set, int[] columns)
    {
        var columnOf = new int[set.ItemIds.Count];
        Array.Fill(columnOf, -1);
        for (var column = 0; column < columns.Length; column++)
        {
            columnOf[columns[column]] = column;
        }

        return columnOf;
    }

    /// <summary>The weight of the squared weights.</summary>
    internal sealed record Regularization(float Lambda)
    {
        public override string ToString() => FormattableString.Invariant($"lambda {Lambda}");
    }

    private sealed class Fitted(EvaluationPlan plan, int[] columns, float[] weights, Regularization lambda) : IFittedRecommender
    {
        public string Settings => lambda.ToString();

        public IRecommenderReplay Replay(CancellationToken cancellationToken)
        {
            var replay = new LinearReplay(plan.All, columns, weights);
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

    private sealed class LinearReplay(TrainingSet set, int[] columns, float[] weights) : IRecommenderReplay
    {
        private readonly UserItems _users = new(set);
        private readonly int[] _columnOf = ColumnsByItem(set, columns);
        private readonly DenseRanking _ranking = new(set.ItemIds.Count);
        private readonly float[] _sums = new float[columns.Length];

        public int[] Rank(in RankingTask task)
        {
            Array.Clear(_sums);
            foreach (var item in _users[task.User])
            {
                if (_columnOf[item] is >= 0 and var column)
                {
                    TensorPrimitives.Add(_sums, weights.AsSpan(column * columns.Length, columns.Length), _sums);
                }
            }

            for (var column = 0; column < columns.Length; column++)
            {
                _ranking.Scores[columns[column]] = _sums[column];
            }

            return _ranking.Top(task);
        }

        public void Observe(int index) => _users.Observe(index);
    }
}
