using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RecActors.Retrieval;

/// <summary>
/// Items and queries of one distribution: normal around centres that are as far from each other as their members are wide, normal alone,
/// or <see cref="TrainedVectors"/>. Users ask between clusters: for twice as many items as the others, by means of items of a few clusters.
/// </summary>
internal sealed class SyntheticVectors
{
    public const int Dimensions = 64;
    private const float Width = 0.5f;
    private const int Tastes = 3;
    private const int ItemsOfTaste = 10;

    /// <summary>One in so many items is drawn beyond those that are there at first.</summary>
    private const int ReservedOf = 5;

    private readonly Random _random = new(1);
    private readonly float[][] _centres = [];
    private readonly Queue<float[]> _reserve = new();

    private SyntheticVectors(Arguments arguments)
    {
        if (arguments.Shape == "trained")
        {
            // Those that are inserted later are of the same fit.
            (var items, Queries) = TrainedVectors.Fit(arguments.Rows * (ReservedOf + 1) / ReservedOf, arguments.Queries);
            Items = items[..arguments.Rows];
            _reserve = new Queue<float[]>(items[arguments.Rows..]);
            return;
        }

        var clusters = arguments.RowsPerCluster == 0 ? 0 : Math.Max(1, arguments.Rows / arguments.RowsPerCluster);
        _centres = [.. Enumerable.Range(0, clusters).Select(_ => Normal(1))];
        Items = Draw(arguments.Rows);
        Queries = arguments.IsAskedByUsers ? [.. Enumerable.Range(0, arguments.Queries).Select(_ => User())] : Draw(arguments.Queries);
    }

    public float[][] Items { get; }

    public float[][] Queries { get; }

    public static SyntheticVectors Of(Arguments arguments) => new(arguments);

    /// <summary>More of the same distribution.</summary>
    public float[][] Draw(int count) => _reserve.Count > 0 ? [.. Enumerable.Range(0, count).Select(_ => _reserve.Dequeue())] : [.. Enumerable.Range(0, count).Select(_ => _centres.Length == 0 ? Normal(1) : Around(_centres[_random.Next(_centres.Length)]))];

    public void Write(string folder)
    {
        Write(Path.Combine(folder, "items.f32"), Items);
        Write(Path.Combine(folder, "queries.f32"), Queries);
    }

    public static void Write(string path, float[][] vectors)
    {
        using var file = File.Create(path);
        foreach (var vector in vectors)
        {
            file.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }
    }

    private float[] User()
    {
        var mean = new float[Dimensions];
        for (var taste = 0; taste < Tastes; taste++)
        {
            var centre = _centres[_random.Next(_centres.Length)];
            for (var item = 0; item < ItemsOfTaste; item++)
            {
                TensorPrimitives.Add(mean, Around(centre), mean);
            }
        }

        TensorPrimitives.Divide(mean, Tastes * ItemsOfTaste, mean);
        return mean;
    }

    private float[] Around(float[] centre)
    {
        var vector = Normal(Width);
        for (var d = 0; d < vector.Length; d++)
        {
            vector[d] += centre[d];
        }

        return vector;
    }

    private float[] Normal(float width)
    {
        var vector = new float[Dimensions];
        for (var d = 0; d < Dimensions; d += 2)
        {
            // Box and Muller: two numbers at a time.
            var radius = width * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * _random.NextDouble());
            vector[d] = (float)(radius * sin);
            vector[d + 1] = (float)(radius * cos);
        }

        return vector;
    }
}
