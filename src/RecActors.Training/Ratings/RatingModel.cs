using System.Numerics.Tensors;
using RecActors.Interest;

namespace RecActors.Ratings;

/// <summary>What is chosen by validation: the damping of means, in ratings, and the regularisation of the factors.</summary>
internal sealed record RatingSettings(double Damping, float Regularization);

/// <summary>
/// What a set of ratings says about users and items: biases, factors of what they leave unexplained, genre profiles, counts. Never
/// looks at any other rating. Immutable.
/// </summary>
internal sealed class RatingModel
{
    private RatingModel(DampedBiases biases, MatrixFactors factors, GenreProfiles profiles, int[] userCounts, int[] itemCounts)
    {
        Biases = biases;
        Factors = factors;
        Profiles = profiles;
        UserCounts = userCounts;
        ItemCounts = itemCounts;
    }

    public DampedBiases Biases { get; }

    public MatrixFactors Factors { get; }

    public GenreProfiles Profiles { get; }

    /// <summary>Number of ratings by user.</summary>
    public int[] UserCounts { get; }

    /// <summary>Number of ratings by item.</summary>
    public int[] ItemCounts { get; }

    public static RatingModel Fit(
        RatingData data, ItemContents contents, int[] rows, RatingSettings settings, RatingCrossValidationOptions options, CancellationToken cancellationToken)
    {
        var biases = DampedBiases.Fit(data, rows, settings.Damping);
        var (users, items) = (Select(data.Users, rows), Select(data.Items, rows));
        var residuals = new float[rows.Length];
        var (userCounts, itemCounts) = (new int[data.UserCount], new int[data.ItemCount]);
        for (var i = 0; i < rows.Length; i++)
        {
            residuals[i] = data.Values[rows[i]] - biases.Predict(users[i], items[i]);
            userCounts[users[i]]++;
            itemCounts[items[i]]++;
        }

        var matrix = InteractionMatrix.FromEntries(data.UserCount, data.ItemCount, users, items, residuals);

        // All fits start from the same vectors. A coordinate then means the same in each, as it must to be an input of one network: solved
        // from a common start the factors of slightly different ratings differ little, turned to principal axes they swap axes and signs.
        var factors = ExplicitAls.Fit(
            matrix, new(options.Dimensions, settings.Regularization, options.Sweeps, options.Seed, options.Threads), cancellationToken);
        var profiles = GenreProfiles.Fit(data, contents, rows, residuals, settings.Damping);
        return new(biases, factors, profiles, userCounts, itemCounts);
    }

    public ReadOnlySpan<float> User(int user) => Factors.Users.AsSpan(user * Factors.Dimensions, Factors.Dimensions);

    public ReadOnlySpan<float> Item(int item) => Factors.Items.AsSpan(item * Factors.Dimensions, Factors.Dimensions);

    /// <summary>Biases plus factors.</summary>
    public float Predict(int user, int item) => Biases.Predict(user, item) + TensorPrimitives.Dot(User(user), Item(item));

    private static int[] Select(int[] column, int[] rows) => Array.ConvertAll(rows, row => column[row]);
}
