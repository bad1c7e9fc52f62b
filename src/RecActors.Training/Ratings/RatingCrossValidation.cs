using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging.Abstractions;
using RecActors.LibTorch;

namespace RecActors.Ratings;

/// <summary>
/// Rating prediction by k-fold cross-validation: a network over what ratings say about user and item, trained with squared error and with cross-entropy,
/// beside its linear version and the models that it is made of. Constants, calibration and threshold of a fold come from its training rows alone.
/// Same data, options and seed: same figures to the last digit on the same machine. libtorch's number of threads is process-wide, so one run at a time.
/// </summary>
public static class RatingCrossValidation
{
    /// <summary>The fewest ratings of a fold: with fewer there is nothing to validate on.</summary>
    private const int LeastOfFold = 2;

    /// <summary>Runs all folds on the calling thread and up to <see cref="RatingCrossValidationOptions.Threads"/> − 1 others.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two ratings a fold.</exception>
    public static RatingReport Run(
        RatingData data, RatingCrossValidationOptions options, IProgress<RatingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        if (data.Count < LeastOfFold * options.Folds)
        {
            throw new InvalidDataException($"{data.Count} ratings are too few for {options.Folds} folds: each needs {LeastOfFold}.");
        }

        TorchNativeLibrary.MakeLoadable(NullLogger.Instance);
        var contents = ItemContents.Of(data.Records);
        var all = Enumerable.Range(0, data.Count).ToArray();
        var assigned = Folds.Assign(data.Count, options.Folds, options.Seed);
        var figures = RatingFold.Models.Select(_ => new List<RatingFigures>()).ToList();
        var choices = new List<RatingChoice>();
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var number = fold;
            var (test, training) = Folds.Split(all, assigned, fold);
            var run = new RatingFold(
                data, contents, training, test, options, (fraction, doing) => progress?.Report(new((number + fraction) / options.Folds, $"fold {number + 1} of {options.Folds}: {doing}")));
            var (chosen, results) = run.Run(cancellationToken);
            choices.Add(new(chosen.Damping, chosen.Regularization));
            for (var model = 0; model < results.Count; model++)
            {
                figures[model].Add(results[model]);
            }
        }

        progress?.Report(new(1, "done"));
        return new(
            data.Count, data.UserCount, data.ItemCount, data.Values.Count(value => value >= options.PositiveFrom),
            [.. RatingFold.Models.Zip(figures, (name, folds) => new RatingModelFigures(name, folds))], choices);
    }

    private static void Check(RatingCrossValidationOptions options)
    {
        try
        {
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        }
        catch (ValidationException invalid)
        {
            throw new ArgumentException(invalid.Message, nameof(options), invalid);
        }
    }
}
