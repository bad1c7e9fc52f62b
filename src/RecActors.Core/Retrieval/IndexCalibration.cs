using System.Numerics.Tensors;

namespace RecActors.Retrieval;

/// <summary>
/// Chooses how far an index' searches reach: far enough for the recall that is asked for, on sampled queries. The answers that each query should
/// have say directly how far it must reach for each of them; what comes of that choice is then measured on other queries.
/// </summary>
internal static class IndexCalibration
{
    /// <summary>The best of each query that recall counts, as lists of results have them.</summary>
    public const int Depth = 100;

    /// <summary>The same of searches for more than that: as many as recommendations choose from. Their worst is worse, and lies in lists further away.</summary>
    public const int ManyDepth = 200;

    private const int Choosing = 128;
    private const int Measuring = 128;
    private const int QueriesPerPass = 8;

    /// <summary>Single rows and users, in turns.</summary>
    private const int Kinds = 2;

    /// <summary>Users like a few kinds of items: they are means of rows of so many lists.</summary>
    private const int Tastes = 3;

    private const int MaxRowsPerTaste = 10;

    /// <summary>Half of what may be missed is left to changes after the build.</summary>
    private const double Margin = 0.5;

    /// <summary>By how much the reach grows where the measurement says that it does not suffice.</summary>
    private const float Step = 1.08f;

    private const int MaxSteps = 24;

    private const int ShorteningSteps = 5;

    /// <summary>
    /// How far searches of the index should reach that ask for up to <see cref="Depth"/> rows, how far those that ask for more, and what they find then: of the two
    /// that with the lower recall. The index goes on as it is.
    /// </summary>
    public static (float Reach, float ReachOfMany, IndexQuality Quality) Calibrate(
        InvertedFile index, VectorTable table, IndexOptions options, CancellationToken cancellationToken)
    {
        var random = new Random(options.Seed);
        var queries = Sample(index, table, random, Choosing + Measuring);
        if (queries.Length < Choosing + Measuring)
        {
            return (InvertedFile.Everywhere, InvertedFile.Everywhere, new(1, 1));
        }

        var expected = Expected(index, table, queries, cancellationToken);
        var (reach, quality) = Choose(index, queries, Array.ConvertAll(expected, hits => hits[..Math.Min(Depth, hits.Length)]), 0, options, cancellationToken);
        var (reachOfMany, qualityOfMany) = Choose(index, queries, expected, reach, options, cancellationToken);
        return (reach, reachOfMany, quality.Recall < qualityOfMany.Recall ? quality : qualityOfMany);
    }

    /// <summary>The shortest reach from a least one on that finds what is expected.</summary>
    private static (float Reach, IndexQuality Quality) Choose(
        InvertedFile index, float[][] queries, ScoredRow[][] expected, float least, IndexOptions options, CancellationToken cancellationToken)
    {
        var wanted = 1 - ((1 - options.Recall) * Margin);
        var reach = least;
        for (var kind = 0; kind < Kinds; kind++)
        {
            // Each kind of query must be answered well: the easy ones would make up for those that are not.
            var (choosing, answers) = (Of(kind, queries[..Choosing]), Of(kind, expected[..Choosing]));
            reach = Math.Max(reach, Shortened(index, choosing, answers, wanted, Needed(index, choosing, answers, wanted)));
        }

        var (measuring, measured) = (queries[Choosing..], expected[Choosing..]);
        for (var step = 0; step < MaxSteps && Worst(reach) < wanted; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reach = Math.Max(reach * Step, 0.1f);
        }

        return (reach, Measure(index, measuring, measured, reach));

        double Worst(float reach) => Enumerable.Range(0, Kinds).Min(kind => Measure(index, Of(kind, measuring), Of(kind, measured), reach).Recall);
    }

    private static T[] Of<T>(int kind, T[] values) => [.. values.Where((_, i) => i % Kinds == kind)];

    /// <summary>Recall and work over queries whose answers are known, each asked for as many rows as it is to have, as searches of the index reach now.</summary>
    public static IndexQuality Measure(InvertedFile index, ReadOnlySpan<float[]> queries, ReadOnlySpan<ScoredRow[]> expected) =>
        Measure(index, queries, expected, null);

    private static IndexQuality Measure(InvertedFile index, ReadOnlySpan<float[]> queries, ReadOnlySpan<ScoredRow[]> expected, float? reach)
    {
        var (found, all, scanned) = (0, 0, 0L);
        for (var i = 0; i < queries.Length; i++)
        {
            var count = expected[i].Length;
            var answer = index.Search(queries[i], count, default(AnyRow), reach ?? index.ReachFor(count), out var places);
            var rows = expected[i].Select(hit => hit.Row).ToHashSet();
            found += answer.Count(hit => rows.Contains(hit.Row));
            all += rows.Count;
            scanned += places;
        }

        return new(found / (double)Math.Max(1, all), scanned / (double)queries.Length / Math.Max(1, index.Lists.Rows));
    }

    /// <summary>A search sees more than its reach asks for: until it has candidates enough it leaves nothing out.</summary>
    private static float Shortened(
        InvertedFile index, ReadOnlySpan<float[]> queries, ReadOnlySpan<ScoredRow[]> expected, double wanted, float needed)
    {
        var (low, high) = (0f, needed);
        for (var step = 0; step < ShorteningSteps; step++)
        {
            var reach = (low + high) / 2;
            if (Measure(index, queries, expected, reach).Recall >= wanted)
            {
                high = reach;
            }
            else
            {
                low = reach;
            }
        }

        return high;
    }

    private static ScoredRow[][] Expected(InvertedFile index, VectorTable table, float[][] queries, CancellationToken cancellationToken)
    {
        var expected = new List<ScoredRow[]>();
        foreach (var pass in queries.Chunk(QueriesPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            expected.AddRange(ExactRetriever.SearchBatch<AnyRow>(
                table, [.. pass.Select(query => new RetrievalQuery<AnyRow>(query, ManyDepth, default))], index.Similarity));
        }

        return [.. expected];
    }

    /// <summary>How far all but a share of the answers ask to reach.</summary>
    private static float Needed(InvertedFile index, ReadOnlySpan<float[]> queries, ReadOnlySpan<ScoredRow[]> expected, double recall)
    {
        var lists = index.Lists;
        var space = new IndexSpace(index.Similarity, queries[0].Length);
        var (query, sums) = (new EncodedQuery(), new int[lists.CodedCentroids.Capacity]);
        var (means, spreads) = (new float[lists.Count], new float[lists.Count]);
        var needed = new List<float>();
        for (var i = 0; i < queries.Length; i++)
        {
            query.Set(space, queries[i]);
            ListOrder.Describe(lists, space, query, sums, means, spreads);
            foreach (var hit in expected[i])
            {
                if (lists.ListOf(hit.Row) is >= 0 and var list && spreads[list] > 0)
                {
                    needed.Add(Math.Max(0, (expected[i][^1].Score - means[list]) / spreads[list]));
                }
            }
        }

        if (needed.Count == 0)
        {
            return 1;
        }

        needed.Sort();
        return needed[Math.Clamp((int)Math.Ceiling(recall * needed.Count) - 1, 0, needed.Count - 1)];
    }

    /// <summary>Queries as users have them: half of them the mean of rows of a few lists, half one row.</summary>
    private static float[][] Sample(InvertedFile index, VectorTable table, Random random, int count)
    {
        var queries = new List<float[]>();
        for (var attempt = 0; attempt < 10 * count && queries.Count < count && table.Count > 0; attempt++)
        {
            var query = new float[table.Dimensions];
            var (tastes, most) = queries.Count % Kinds == 0 ? (1, 1) : (Tastes, MaxRowsPerTaste);
            for (var taste = 0; taste < tastes; taste++)
            {
                if (index.Lists.ListOf(random.Next(table.Count)) is not (>= 0 and var list))
                {
                    continue;
                }

                var members = index.Lists[list];
                for (var picks = random.Next(1, most + 1); picks > 0 && members.Count > 0; picks--)
                {
                    if (members.Rows[random.Next(members.Count)] is not InvertedList.Tombstone and var row)
                    {
                        TensorPrimitives.Add(query, table.Row(row), query);
                    }
                }
            }

            if (query.AsSpan().ContainsAnyExcept(0f))
            {
                queries.Add(query);
            }
        }

        return [.. queries];
    }
}
