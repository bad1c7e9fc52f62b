using System.Numerics.Tensors;

namespace RecActors.Ratings;

/// <summary>
/// How much more than expected each user likes each genre: the damped mean of what the bias model leaves unexplained of the user's ratings
/// of the genre's items. Compared with an item's genres, a vector of ones over them.
/// </summary>
internal sealed class GenreProfiles
{
    private readonly ItemContents _contents;
    private readonly float[] _profiles;

    private GenreProfiles(ItemContents contents, float[] profiles)
    {
        _contents = contents;
        _profiles = profiles;
    }

    public static GenreProfiles Fit(RatingData data, ItemContents contents, ReadOnlySpan<int> rows, ReadOnlySpan<float> residuals, double damping)
    {
        var (sums, counts) = (new double[data.UserCount * contents.GenreCount], new int[data.UserCount * contents.GenreCount]);
        for (var i = 0; i < rows.Length; i++)
        {
            foreach (var genre in contents.Genres[data.Items[rows[i]]])
            {
                var at = (data.Users[rows[i]] * contents.GenreCount) + genre;
                sums[at] += residuals[i];
                counts[at]++;
            }
        }

        return new(contents, [.. sums.Zip(counts, (sum, count) => count == 0 ? 0 : (float)(sum / (count + damping)))]);
    }

    /// <summary>Σ of the profile over the item's genres, and its cosine with them; zeros where either is empty.</summary>
    public (float Dot, float Cosine) Compare(int user, int item)
    {
        var profile = _profiles.AsSpan(user * _contents.GenreCount, _contents.GenreCount);
        var genres = _contents.Genres[item];
        var dot = 0f;
        foreach (var genre in genres)
        {
            dot += profile[genre];
        }

        var norm = TensorPrimitives.Norm<float>(profile) * MathF.Sqrt(genres.Length);
        return (dot, norm > 0 ? dot / norm : 0);
    }
}
