using System.Numerics.Tensors;

namespace RecActors.Ratings;

/// <summary>
/// The network's inputs for a pair of user and item, as a <see cref="RatingModel"/> that does not know the pair's rating sees it. What
/// the data lack (genres, years) is constant, and constant inputs are left out before the network sees them.
/// </summary>
internal sealed class RatingFeatures(ItemContents contents, int dimensions)
{
    private static readonly string[] Scalars =
    [
        "bias prediction", "u·v", "user bias", "item bias", "cosine(u, v)", "|u − v|", "genre profile dot", "genre profile cosine",
        "log ratings of user", "log ratings of item", "year", "number of genres",
    ];

    private const double YearScale = .05;

    /// <summary>Number of features.</summary>
    public int Count { get; } = Scalars.Length + (3 * dimensions) + contents.GenreCount;

    /// <summary>Names by place.</summary>
    public IReadOnlyList<string> Names { get; } =
    [
        .. Scalars,
        .. Enumerable.Range(1, dimensions).Select(i => $"u⊙v {i}"),
        .. Enumerable.Range(1, dimensions).Select(i => $"u {i}"),
        .. Enumerable.Range(1, dimensions).Select(i => $"v {i}"),
        .. Enumerable.Range(1, contents.GenreCount).Select(i => $"genre {i}"),
    ];

    /// <summary>Writes the features of a pair.</summary>
    public void Write(RatingModel model, int user, int item, Span<float> features)
    {
        var u = model.User(user);
        var v = model.Item(item);
        var dot = TensorPrimitives.Dot(u, v);
        var norms = TensorPrimitives.Norm(u) * TensorPrimitives.Norm(v);
        var (profileDot, profileCosine) = model.Profiles.Compare(user, item);
        var year = contents.Years[item];
        ReadOnlySpan<float> scalars =
        [
            model.Biases.Predict(user, item), dot, model.Biases.Users[user], model.Biases.Items[item], norms > 0 ? dot / norms : 0,
            TensorPrimitives.Distance(u, v), profileDot, profileCosine,
            MathF.Log(1 + model.UserCounts[user]), MathF.Log(1 + model.ItemCounts[item]),
            year == 0 ? 0 : (float)((year - contents.MeanYear) * YearScale), contents.Genres[item].Length,
        ];
        scalars.CopyTo(features);
        var at = scalars.Length;
        TensorPrimitives.Multiply(u, v, features.Slice(at, dimensions));
        u.CopyTo(features[(at + dimensions)..]);
        v.CopyTo(features[(at + (2 * dimensions))..]);
        var genres = features[(at + (3 * dimensions))..];
        genres.Clear();
        foreach (var genre in contents.Genres[item])
        {
            genres[genre] = 1;
        }
    }
}
