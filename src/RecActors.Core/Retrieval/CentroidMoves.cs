using System.Numerics.Tensors;

namespace RecActors.Retrieval;

/// <summary>
/// Takes centroids from where two share a cluster to where one has several. Lloyd's iterations cannot: no centroid crosses the gap between clusters, and
/// of as many random first points as there are clusters a third of the clusters get none. After Patanè and Russo, "The enhanced LBG algorithm", Neural
/// Networks 14, 2001: a move is worth it where the squared distances that splitting one list saves are more than those that joining two others costs.
/// </summary>
internal sealed class CentroidMoves
{
    /// <summary>What a split must save more than the join costs: later iterations would bring small differences in any case.</summary>
    private const float LeastGain = 1.1f;

    /// <summary>Iterations of 2-means in one list.</summary>
    private const int SplitIterations = 3;

    /// <summary>A list of fewer points is not split.</summary>
    private const int LeastPoints = 4;

    private readonly float[] _points;
    private readonly int _dimensions;
    private readonly float[] _centroids;
    private readonly int[] _starts;
    private readonly int[] _members;
    private readonly float[] _halves;

    private CentroidMoves(float[] points, int dimensions, float[] centroids, int[] nearest)
    {
        (_points, _dimensions, _centroids) = (points, dimensions, centroids);
        _halves = new float[2 * centroids.Length];
        _starts = new int[(centroids.Length / dimensions) + 1];
        foreach (var list in nearest)
        {
            _starts[list + 1]++;
        }

        for (var list = 1; list < _starts.Length; list++)
        {
            _starts[list] += _starts[list - 1];
        }

        var next = _starts.AsSpan(0, Lists).ToArray();
        _members = new int[nearest.Length];
        for (var point = 0; point < nearest.Length; point++)
        {
            _members[next[nearest[point]]++] = point;
        }
    }

    private int Lists => _starts.Length - 1;

    /// <summary>Moves some of the centroids, which are the means of the points that are nearest to them, and returns how many.</summary>
    public static int Apply(float[] points, int dimensions, float[] centroids, int[] nearest, int threads, CancellationToken cancellationToken)
    {
        var lists = centroids.Length / dimensions;
        return lists < 3 ? 0 : new CentroidMoves(points, dimensions, centroids, nearest).Apply(
            KMeans.Neighbours(centroids, dimensions, threads, cancellationToken), cancellationToken);
    }

    private int Apply(int[] neighbours, CancellationToken cancellationToken)
    {
        var (gains, costs) = (new float[Lists], new float[Lists]);
        for (var list = 0; list < Lists; list++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            gains[list] = Split(list);
            costs[list] = Apart(Count(list), Centroid(list), Count(neighbours[list]), Centroid(neighbours[list]));
        }

        // Equal ones by number: the same points make the same centroids everywhere.
        var splits = Enumerable.Range(0, Lists).OrderByDescending(list => gains[list]).ThenBy(list => list).ToArray();
        var joins = Enumerable.Range(0, Lists).OrderBy(list => costs[list]).ThenBy(list => list).ToArray();
        var touched = new bool[Lists];
        var (moved, join) = (0, 0);
        foreach (var split in splits)
        {
            while (join < Lists && (touched[joins[join]] || touched[neighbours[joins[join]]]))
            {
                join++;
            }

            // Not so either where numbers are too large to be told apart.
            if (join == Lists || !(gains[split] > LeastGain * costs[joins[join]]))
            {
                break;
            }

            var (freed, kept) = (joins[join], neighbours[joins[join]]);
            if (touched[split] || split == freed || split == kept || freed == kept)
            {
                continue;
            }

            Join(kept, freed);
            _halves.AsSpan(2 * split * _dimensions, _dimensions).CopyTo(Centroid(split));
            _halves.AsSpan(((2 * split) + 1) * _dimensions, _dimensions).CopyTo(Centroid(freed));
            (touched[split], touched[freed], touched[kept]) = (true, true, true);
            moved++;
        }

        return moved;
    }

    private int Count(int list) => _starts[list + 1] - _starts[list];

    private Span<float> Centroid(int list) => _centroids.AsSpan(list * _dimensions, _dimensions);

    private ReadOnlySpan<float> Point(int place) => _points.AsSpan(_members[place] * _dimensions, _dimensions);

    /// <summary>What the squared distances to the means of two sets of points are less than those to the mean of all.</summary>
    private static float Apart(int count, ReadOnlySpan<float> mean, int otherCount, ReadOnlySpan<float> otherMean) =>
        count + otherCount == 0 ? 0 : (float)count * otherCount / (count + otherCount) * SquaredDistance(mean, otherMean);

    private static float SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var distance = TensorPrimitives.Distance(x, y);
        return distance * distance;
    }

    private void Join(int kept, int freed)
    {
        var share = Count(freed) / (float)Math.Max(1, Count(kept) + Count(freed));
        TensorPrimitives.Lerp<float>(Centroid(kept), Centroid(freed), share, Centroid(kept));
    }

    /// <summary>Finds the halves of a list by 2-means, from a point far from the mean and one far from that, and returns what they save.</summary>
    private float Split(int list)
    {
        var count = Count(list);
        if (count < LeastPoints)
        {
            return 0;
        }

        var first = _halves.AsSpan(2 * list * _dimensions, _dimensions);
        var second = _halves.AsSpan(((2 * list) + 1) * _dimensions, _dimensions);
        Point(Farthest(list, Centroid(list))).CopyTo(first);
        Point(Farthest(list, first)).CopyTo(second);
        var (sums, counts) = (new float[2 * _dimensions], new int[2]);
        for (var iteration = 0; iteration < SplitIterations; iteration++)
        {
            Array.Clear(sums);
            Array.Clear(counts);
            for (var place = _starts[list]; place < _starts[list + 1]; place++)
            {
                var half = SquaredDistance(Point(place), first) <= SquaredDistance(Point(place), second) ? 0 : 1;
                var sum = sums.AsSpan(half * _dimensions, _dimensions);
                TensorPrimitives.Add(sum, Point(place), sum);
                counts[half]++;
            }

            if (counts[0] == 0 || counts[1] == 0)
            {
                return 0;
            }

            TensorPrimitives.Divide(sums.AsSpan(0, _dimensions), counts[0], first);
            TensorPrimitives.Divide(sums.AsSpan(_dimensions), counts[1], second);
        }

        return Apart(counts[0], first, counts[1], second);
    }

    private int Farthest(int list, ReadOnlySpan<float> from)
    {
        var (farthest, distance) = (_starts[list], -1f);
        for (var place = _starts[list]; place < _starts[list + 1]; place++)
        {
            if (SquaredDistance(Point(place), from) is var of && of > distance)
            {
                (farthest, distance) = (place, of);
            }
        }

        return farthest;
    }
}
