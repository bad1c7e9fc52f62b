using RecActors.Interest;

namespace RecActors.Retrieval;

/// <summary>Makes the lists of an inverted file from a table.</summary>
internal static class ListBuilder
{
    /// <summary>Of √rows: a search compares the query with every list and scans some, and both should cost alike.</summary>
    private const double ListsPerRoot = 4;

    /// <summary>
    /// Of a list, as long as there are not <see cref="MostListsPerRoot"/> of √rows for it: with fewer lists than rows have clusters, two share one, and whoever likes one of
    /// them asks far from the list's mean.
    /// </summary>
    private const int RowsPerList = 128;

    /// <summary>Of √rows: to make lists takes their number by that of the rows.</summary>
    private const double MostListsPerRoot = 8;

    /// <summary>Of a list in any case: with √rows lists alone they would grow with the catalog, and hold rows that are less and less alike.</summary>
    private const int MostRowsPerList = 256;

    /// <summary>Rows for each list that k-means looks at.</summary>
    private const int SamplePerList = 40;

    /// <summary>The same of many lists, whose number is most of the work.</summary>
    private const int SamplePerListOfMany = 20;

    private const int ManyLists = 4_096;

    private const int Iterations = 8;

    /// <summary>How many lists so many rows are put into where nothing is known of them.</summary>
    public static int CountFor(int rows)
    {
        var root = Math.Sqrt(rows);
        var lists = Math.Max(Math.Clamp(rows / (double)RowsPerList, ListsPerRoot * root, MostListsPerRoot * root), rows / (double)MostRowsPerList);
        return (int)Math.Clamp(lists, 1, Math.Max(1, rows));
    }

    /// <summary>Puts all rows that have a vector into a number of lists.</summary>
    public static ListTable Build(VectorTable table, int[] rows, int count, Similarity similarity, IndexOptions options, CancellationToken cancellationToken)
    {
        var space = new IndexSpace(similarity, table.Dimensions);
        var centroids = KMeans.Train(
            Sample(table, space, rows, count * (count < ManyLists ? SamplePerList : SamplePerListOfMany), options.Seed), space.Dimensions, count, Iterations, options.Seed, options.BuildThreads, cancellationToken);
        var listOf = Assign(table, space, rows, centroids, options.BuildThreads, cancellationToken);
        return Fill(table, space, rows, centroids, listOf);
    }

    /// <summary>Puts rows into the lists that they belong to.</summary>
    public static ListTable Fill(VectorTable table, IndexSpace space, int[] rows, float[] centroids, int[] listOf)
    {
        var sizes = new int[centroids.Length / space.Dimensions];
        foreach (var list in listOf)
        {
            sizes[list]++;
        }

        var built = new ListTable(space, centroids, sizes);
        var placed = new float[space.Dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            // It may have lost its vector meanwhile; whoever attaches the index repeats all changes.
            if (table.SquaredNorm(rows[i]) is > 0 and var squaredNorm)
            {
                var length = space.Place(table.Row(rows[i]), squaredNorm, placed);
                built.Put(rows[i], listOf[i], placed, length);
            }
        }

        built.Settle();
        return built;
    }

    private static float[] Sample(VectorTable table, IndexSpace space, int[] rows, int most, int seed)
    {
        var sample = rows;
        if (rows.Length > most)
        {
            sample = [.. rows];
            new Random(seed).Shuffle(sample);
            sample = sample[..most];
        }

        return Place(table, space, sample);
    }

    /// <summary>The list that each row belongs to.</summary>
    public static int[] Assign(VectorTable table, IndexSpace space, int[] rows, float[] centroids, int threads, CancellationToken cancellationToken)
    {
        const int Chunk = 4096;
        var lists = new int[rows.Length];
        RowThreads.Run(
            rows.Length,
            Chunk,
            threads,
            (from, to) =>
            {
                var nearest = new int[to - from];
                KMeans.Assign(Place(table, space, rows.AsSpan(from, to - from)), space.Dimensions, centroids, nearest, 1, cancellationToken);
                nearest.CopyTo(lists, from);
            },
            cancellationToken);
        return lists;
    }

    private static float[] Place(VectorTable table, IndexSpace space, ReadOnlySpan<int> rows)
    {
        var points = new float[rows.Length * space.Dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            space.Place(table.Row(rows[i]), table.SquaredNorm(rows[i]), points.AsSpan(i * space.Dimensions, space.Dimensions));
        }

        return points;
    }
}
