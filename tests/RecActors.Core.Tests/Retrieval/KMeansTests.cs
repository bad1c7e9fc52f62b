namespace RecActors.Retrieval;

public sealed class KMeansTests
{
    private const int Dimensions = 16;
    private const int Clusters = 40;
    private const int PointsPerCluster = 25;
    private const int Iterations = 8;

    /// <summary>Random first points leave a third of the clusters without a centroid, and another cluster's would have to serve them for good.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Train_AsManyCentroidsAsClusters_OneInEach(int seed)
    {
        var (points, clusterOf) = Draw(new Random(seed), 0.05f);
        var centroids = KMeans.Train(points, Dimensions, Clusters, Iterations, seed, threads: 1, TestContext.Current.CancellationToken);
        var nearest = Assign(points, centroids);
        var listsOfClusters = nearest.Zip(clusterOf).Distinct().ToArray();
        Assert.Equal(Clusters, listsOfClusters.Length);
        Assert.Equal(Clusters, listsOfClusters.Select(pair => pair.First).Distinct().Count());
    }

    [Fact]
    public void CentroidMoves_OfMeans_LessSquaredDistancesWhereAnyMove()
    {
        var (points, _) = Draw(new Random(7), 0.3f);
        var centroids = KMeans.Train(points, Dimensions, Clusters, iterations: 1, seed: 7, threads: 1, TestContext.Current.CancellationToken);
        var nearest = Assign(points, centroids);
        Recentre(points, centroids, nearest);
        var before = SquaredDistances(points, centroids, Assign(points, centroids));
        Assert.InRange(CentroidMoves.Apply(points, Dimensions, centroids, nearest, 1, TestContext.Current.CancellationToken), 1, Clusters / 2);
        Assert.InRange(SquaredDistances(points, centroids, Assign(points, centroids)), 0, 0.99 * before);
    }

    [Fact]
    public void CentroidMoves_EveryCentroidInItsCluster_None()
    {
        var (points, clusterOf) = Draw(new Random(8), 0.05f);
        var centroids = new float[Clusters * Dimensions];
        Recentre(points, centroids, clusterOf);
        var before = (float[])centroids.Clone();
        Assert.Equal(0, CentroidMoves.Apply(points, Dimensions, centroids, clusterOf, 1, TestContext.Current.CancellationToken));
        Assert.Equal(before, centroids);
    }

    [Fact]
    public void Train_EqualPoints_FiniteCentroids()
    {
        var points = Enumerable.Repeat(1f, 100 * Dimensions).ToArray();
        Assert.All(
            KMeans.Train(points, Dimensions, 10, Iterations, seed: 1, threads: 1, TestContext.Current.CancellationToken), value => Assert.InRange(value, 0.9f, 1.1f));
    }

    [Fact]
    public void Neighbours_OfMany_NearestOther()
    {
        var (points, _) = Draw(new Random(9), 0.3f);
        var count = points.Length / Dimensions;
        var neighbours = KMeans.Neighbours(points, Dimensions, threads: 2, TestContext.Current.CancellationToken);
        for (var point = 0; point < count; point += 37)
        {
            var nearest = Enumerable.Range(0, count).Where(other => other != point).MinBy(other => SquaredDistance(points, point, points, other));
            Assert.Equal(nearest, neighbours[point]);
        }
    }

    private static (float[] Points, int[] ClusterOf) Draw(Random random, float width)
    {
        var centres = Enumerable.Range(0, Clusters * Dimensions).Select(_ => random.NextSingle() * 10).ToArray();
        var clusterOf = Enumerable.Range(0, Clusters * PointsPerCluster).Select(point => point % Clusters).ToArray();
        return ([.. clusterOf.SelectMany(cluster => Enumerable.Range(0, Dimensions).Select(d => centres[(cluster * Dimensions) + d] + ((random.NextSingle() - 0.5f) * 10 * width)))], clusterOf);
    }

    private static int[] Assign(float[] points, float[] centroids)
    {
        var nearest = new int[points.Length / Dimensions];
        KMeans.Assign(points, Dimensions, centroids, nearest, 1, TestContext.Current.CancellationToken);
        return nearest;
    }

    private static void Recentre(float[] points, float[] centroids, int[] nearest)
    {
        foreach (var list in nearest.Distinct())
        {
            var members = Enumerable.Range(0, nearest.Length).Where(point => nearest[point] == list).ToArray();
            for (var d = 0; d < Dimensions; d++)
            {
                centroids[(list * Dimensions) + d] = members.Average(point => points[(point * Dimensions) + d]);
            }
        }
    }

    private static double SquaredDistances(float[] points, float[] centroids, int[] nearest) =>
        nearest.Select((list, point) => SquaredDistance(points, point, centroids, list)).Sum();

    private static double SquaredDistance(float[] x, int row, float[] y, int other) =>
        Enumerable.Range(0, Dimensions).Sum(d => Math.Pow(x[(row * Dimensions) + d] - y[(other * Dimensions) + d], 2));
}
