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
        CancellationToken cancellationToken) =>
        Fit(InterestMatrix.Of(set, timeline, end), settings, options, seed, onProgress, cancellationToken);

    /// <summary>Fits the vectors to a matrix of actions.</summary>
    /// <inheritdoc cref="Fit(TrainingSet, EventTimeline, int, SourceSettings, TrainingOptions, int, Action{double}?, CancellationToken)" path="/exception"/>
    public static InterestVectors Fit(
        InterestMatrix actions,
        SourceSettings settings,
        TrainingOptions options,
        int seed,
        Action<double>? onProgress,
        CancellationToken cancellationToken)
    {
        var (matrix, items) = (actions.ByUser, actions.Items);
        var counts = new float[items.Length];
        foreach (var column in matrix.Columns)
        {
            counts[column]++;
        }

        var factors = ImplicitAls.Fit(
            matrix,
            actions.ByItem,
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

    private sealed class SweepProgress(Action<double> onProgress) : IProgress<ImplicitAlsProgress>
    {
        public void Report(ImplicitAlsProgress value) => onProgress((double)value.Sweep / value.Sweeps);
    }
}
