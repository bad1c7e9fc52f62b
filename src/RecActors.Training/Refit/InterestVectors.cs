using RecActors.Feedback;
using RecActors.Interest;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>Item vectors of a factorisation of some of the events, with what a fold-in into their space needs.</summary>
/// <param name="Items">Item index of each vector.</param>
/// <param name="Vectors">Row-major, d floats each.</param>
/// <param name="Gram">VᵀV, d × d.</param>
/// <param name="Counts">Users who acted on each item.</param>
/// <param name="Parameters">The constants of the fold-in.</param>
/// <param name="Users">Users with an action.</param>
internal sealed record InterestVectors(
    int[] Items, float[] Vectors, float[] Gram, float[] Counts, FoldInParameters Parameters, int Users)
{
    /// <summary>Fits the vectors to the first <paramref name="end"/> events of the timeline.</summary>
    /// <exception cref="ArithmeticException">The regularisation is too small for the data.</exception>
    public static InterestVectors Fit(
        TrainingSet set,
        EventTimeline timeline,
        int end,
        SourceSettings settings,
        TrainingOptions options,
        int seed,
        Action<double>? onProgress,
        CancellationToken cancellationToken)
    {
        var matrix = Matrix(set, timeline.Order.AsSpan(0, end), out var items);
        var counts = new float[items.Length];
        foreach (var column in matrix.Columns)
        {
            counts[column]++;
        }

        var factors = ImplicitAls.Fit(
            matrix,
            new ImplicitAlsOptions
            {
                Dimensions = settings.Dimensions,
                Alpha0 = settings.Alpha0,
                Regularization = settings.Regularization,
                Nu = settings.Nu,
                Sweeps = options.Sweeps,
                Seed = seed,
                MaxThreads = options.Threads,
            },
            onProgress is null ? null : new SweepProgress(onProgress),
            cancellationToken);
        var parameters = new FoldInParameters(
            settings.Dimensions, settings.Alpha0, settings.Regularization, settings.Nu, [.. settings.Decays], settings.Window, items.Length);
        return new(items, factors.Items, factors.ItemGram(), counts, parameters, matrix.RowCount);
    }

    /// <summary>
    /// Users × items with an entry per pair, the newest action deciding: liked items weigh what the policy says, disliked ones are
    /// observed zeros. Users and items without an entry are left out: |U| and |I| are part of the model.
    /// </summary>
    private static InteractionMatrix Matrix(TrainingSet set, ReadOnlySpan<int> order, out int[] items)
    {
        var events = set.Events;
        var users = new Numbering(set.UserIds.Count);
        var columns = new Numbering(set.ItemIds.Count);
        var (userOf, columnOf, weightOf) = (new List<int>(order.Length), new List<int>(order.Length), new List<float>(order.Length));
        foreach (var index in order)
        {
            if (events.Polarity[index] is Polarity.Positive or Polarity.Negative && events.Weight[index] > 0)
            {
                userOf.Add(users.Of(events.User[index]));
                columnOf.Add(columns.Of(events.Item[index]));
                weightOf.Add(events.Polarity[index] == Polarity.Positive ? events.Weight[index] : -events.Weight[index]);
            }
        }

        items = columns.ToArray();
        return InteractionMatrix.FromEntries(users.Count, columns.Count, [.. userOf], [.. columnOf], [.. weightOf]);
    }

    /// <summary>Numbers the indices that occur, by first occurrence.</summary>
    private sealed class Numbering
    {
        private readonly int[] _numberOf;
        private readonly List<int> _indices = [];

        public Numbering(int count)
        {
            _numberOf = new int[count];
            Array.Fill(_numberOf, -1);
        }

        public int Count => _indices.Count;

        public int Of(int index)
        {
            if (_numberOf[index] < 0)
            {
                _numberOf[index] = _indices.Count;
                _indices.Add(index);
            }

            return _numberOf[index];
        }

        public int[] ToArray() => [.. _indices];
    }

    private sealed class SweepProgress(Action<double> onProgress) : IProgress<ImplicitAlsProgress>
    {
        public void Report(ImplicitAlsProgress value) => onProgress((double)value.Sweep / value.Sweeps);
    }
}
