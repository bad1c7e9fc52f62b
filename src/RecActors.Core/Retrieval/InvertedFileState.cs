namespace RecActors.Retrieval;

/// <summary>
/// What is costly about an index, of vectors in an order of their own: which lists there are, what is in each, and how far searches reach. Codes are quickly made again.
/// Immutable by agreement.
/// </summary>
public sealed record InvertedFileState
{
    /// <summary>The centroids of the lists, one after the other.</summary>
    public required float[] Centroids { get; init; }

    /// <summary>The list of each vector; −1 for one that is zero.</summary>
    public required int[] Lists { get; init; }

    /// <summary>How far searches for the best hundred reach, in spreads of a list's scores.</summary>
    public required float Reach { get; init; }

    /// <summary>The same of searches for more.</summary>
    public required float ReachOfMany { get; init; }

    /// <summary><see cref="IndexOptions.Recall"/> that the reaches were chosen for.</summary>
    public required double AskedRecall { get; init; }

    /// <summary>Share of the best that searches found then.</summary>
    public required double Recall { get; init; }

    /// <summary>Share of the rows whose codes they looked at.</summary>
    public required double Scanned { get; init; }

    /// <summary>Makes an index of vectors, as <see cref="IndexOptions"/> say: seconds of work for a million, on the calling thread and those it starts with its priority.</summary>
    /// <param name="vectors">One after the other.</param>
    /// <param name="dimensions">Floats of each.</param>
    /// <param name="similarity">What searches compare by.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static InvertedFileState Build(
        float[] vectors, int dimensions, Similarity similarity, IndexOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(options);
        var table = new VectorTable(dimensions);
        var count = vectors.Length / dimensions;
        table.EnsureCapacity(count);
        for (var row = 0; row < count; row++)
        {
            table.Fill(row, vectors.AsSpan(row * dimensions, dimensions));
        }

        table.Publish(count);
        var index = InvertedFile.Build(table, similarity, options, cancellationToken);
        return new()
        {
            Centroids = index.Lists.Centroids,
            Lists = [.. Enumerable.Range(0, count).Select(index.Lists.ListOf)],
            Reach = index.Reach,
            ReachOfMany = index.ReachFor(int.MaxValue),
            AskedRecall = options.Recall,
            Recall = index.Quality.Recall,
            Scanned = index.Quality.Scanned,
        };
    }

    /// <summary>Checks that the parts fit together and to so many vectors.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public void Validate(int vectors, int dimensions)
    {
        var lists = Centroids.Length / dimensions;
        if (Lists.Length != vectors || lists == 0 || Centroids.Length % dimensions != 0
            || Array.Exists(Lists, list => list < -1 || list >= lists)
            || Array.Exists(Centroids, value => !float.IsFinite(value))
            || !float.IsFinite(Reach) || !float.IsFinite(ReachOfMany) || !double.IsFinite(AskedRecall) || !double.IsFinite(Recall) || !double.IsFinite(Scanned))
        {
            throw new InvalidDataException("its index does not fit its vectors");
        }
    }
}
