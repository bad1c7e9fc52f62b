using System.Numerics.Tensors;
using RecActors.Interest;

namespace RecActors.Retrieval;

/// <summary>
/// Lloyd's k-means by Euclidean distance. Equal points, seed and kernel give equal centroids, whatever the number of threads. A cluster that
/// loses all points continues as a half of the largest one.
/// </summary>
internal static class KMeans
{
    /// <summary>Centroids that stay in the L1 cache while a chunk of points is compared with them.</summary>
    private const int CentroidsPerTile = 64;

    private const int PointsPerChunk = 256;

    /// <summary>Iterations at the end in which centroids only settle, after others moved between clusters.</summary>
    private const int Settling = 3;

    /// <summary>No centroid of a chunk of points is left out.</summary>
    private const int NoneOmitted = int.MinValue / 2;

    /// <summary>How far the halves of a split cluster are moved apart, of each coordinate.</summary>
    private const float Split = 1e-3f;

    /// <summary>Makes <paramref name="count"/> centroids, one after the other, from points of as many floats each; of no points, zeros.</summary>
    public static float[] Train(float[] points, int dimensions, int count, int iterations, int seed, int threads, CancellationToken cancellationToken)
    {
        var total = points.Length / dimensions;
        var random = new Random(seed);
        var first = Enumerable.Range(0, total).ToArray();
        random.Shuffle(first);
        var centroids = new float[count * dimensions];
        for (var i = 0; i < count && total > 0; i++)
        {
            points.AsSpan(first[i % total] * dimensions, dimensions).CopyTo(centroids.AsSpan(i * dimensions));
        }

        var nearest = new int[total];
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            Assign(points, dimensions, centroids, nearest, threads, cancellationToken);
            Move(points, dimensions, centroids, nearest);
            if (iteration < iterations - Settling)
            {
                CentroidMoves.Apply(points, dimensions, centroids, nearest, threads, cancellationToken);
            }
        }

        return centroids;
    }

    /// <summary>The nearest centroid of each point; of equally near ones the first.</summary>
    public static void Assign(float[] points, int dimensions, float[] centroids, int[] nearest, int threads, CancellationToken cancellationToken)
    {
        var halfNorms = HalfNorms(centroids, dimensions);
        RowThreads.Run(
            nearest.Length,
            PointsPerChunk,
            threads,
            (from, to) => AssignChunk(points.AsSpan(from * dimensions, (to - from) * dimensions), dimensions, centroids, halfNorms, nearest.AsSpan(from, to - from)),
            cancellationToken);
    }

    /// <summary>The nearest other centroid of each.</summary>
    public static int[] Neighbours(float[] centroids, int dimensions, int threads, CancellationToken cancellationToken)
    {
        var halfNorms = HalfNorms(centroids, dimensions);
        var neighbours = new int[halfNorms.Length];
        RowThreads.Run(
            neighbours.Length,
            PointsPerChunk,
            threads,
            (from, to) => AssignChunk(
                centroids.AsSpan(from * dimensions, (to - from) * dimensions), dimensions, centroids, halfNorms, neighbours.AsSpan(from, to - from), omitted: from),
            cancellationToken);
        return neighbours;
    }

    /// <summary>|c|² / 2 of each centroid: x·c less it grows as c comes nearer to x.</summary>
    public static float[] HalfNorms(ReadOnlySpan<float> centroids, int dimensions)
    {
        var halfNorms = new float[centroids.Length / dimensions];
        for (var i = 0; i < halfNorms.Length; i++)
        {
            var centroid = centroids.Slice(i * dimensions, dimensions);
            halfNorms[i] = VectorKernels.Best.Dot(centroid, centroid) / 2;
        }

        return halfNorms;
    }

    /// <param name="points">One after the other.</param>
    /// <param name="dimensions">Floats of each.</param>
    /// <param name="centroids">One after the other.</param>
    /// <param name="halfNorms">Of the centroids.</param>
    /// <param name="nearest">Is set to the nearest centroid of each point.</param>
    /// <param name="omitted">The centroid that is not compared with the first point; the next one is not with the second, and so on.</param>
    private static void AssignChunk(
        ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<float> centroids, ReadOnlySpan<float> halfNorms, Span<int> nearest, int omitted = NoneOmitted)
    {
        Span<float> best = stackalloc float[PointsPerChunk];
        Span<float> first = stackalloc float[CentroidsPerTile];
        Span<float> second = stackalloc float[CentroidsPerTile];
        best.Fill(float.NegativeInfinity);
        nearest.Clear();
        for (var from = 0; from < halfNorms.Length; from += CentroidsPerTile)
        {
            var count = Math.Min(CentroidsPerTile, halfNorms.Length - from);
            var tile = centroids.Slice(from * dimensions, count * dimensions);
            var norms = halfNorms.Slice(from, count);
            for (var point = 0; point < nearest.Length; point += 2)
            {
                // A last point without a partner is compared twice.
                var partner = Math.Min(point + 1, nearest.Length - 1);
                VectorKernels.Best.Dots(
                    tile, points.Slice(point * dimensions, dimensions), points.Slice(partner * dimensions, dimensions), first[..count], second[..count]);
                Take(first[..count], norms, from, omitted + point, ref best[point], ref nearest[point]);
                Take(second[..count], norms, from, omitted + partner, ref best[partner], ref nearest[partner]);
            }
        }
    }

    private static void Take(Span<float> dots, ReadOnlySpan<float> halfNorms, int from, int omitted, ref float best, ref int nearest)
    {
        TensorPrimitives.Subtract(dots, halfNorms, dots);
        if ((uint)(omitted - from) < (uint)dots.Length)
        {
            dots[omitted - from] = float.NegativeInfinity;
        }

        var index = TensorPrimitives.IndexOfMax(dots);
        if (dots[index] > best)
        {
            best = dots[index];
            nearest = from + index;
        }
    }

    private static void Move(float[] points, int dimensions, float[] centroids, int[] nearest)
    {
        var sizes = new int[centroids.Length / dimensions];
        Array.Clear(centroids);
        for (var point = 0; point < nearest.Length; point++)
        {
            sizes[nearest[point]]++;
            var sum = centroids.AsSpan(nearest[point] * dimensions, dimensions);
            TensorPrimitives.Add(sum, points.AsSpan(point * dimensions, dimensions), sum);
        }

        for (var i = 0; i < sizes.Length; i++)
        {
            var centroid = centroids.AsSpan(i * dimensions, dimensions);
            TensorPrimitives.Divide(centroid, Math.Max(1, sizes[i]), centroid);
        }

        for (var empty = 0; empty < sizes.Length; empty++)
        {
            if (sizes[empty] == 0)
            {
                SplitLargest(centroids, dimensions, sizes, empty);
            }
        }
    }

    private static void SplitLargest(float[] centroids, int dimensions, int[] sizes, int empty)
    {
        var largest = TensorPrimitives.IndexOfMax<int>(sizes);
        var from = centroids.AsSpan(largest * dimensions, dimensions);
        var to = centroids.AsSpan(empty * dimensions, dimensions);
        for (var d = 0; d < dimensions; d++)
        {
            var step = d % 2 == 0 ? Split : -Split;
            (from[d], to[d]) = (from[d] * (1 + step), from[d] * (1 - step));
        }

        sizes[empty] = sizes[largest] / 2;
        sizes[largest] -= sizes[empty];
    }
}
