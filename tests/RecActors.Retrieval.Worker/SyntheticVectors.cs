using System.Runtime.InteropServices;

namespace RecActors.Retrieval;

/// <summary>Items and queries of one distribution: normal around centres that are as far from each other as their members are wide, or normal alone.</summary>
internal sealed class SyntheticVectors
{
    public const int Dimensions = 64;
    private const int RowsPerCluster = 200;
    private const float Width = 0.5f;

    private SyntheticVectors(float[][] items, float[][] queries) => (Items, Queries) = (items, queries);

    public float[][] Items { get; }

    public float[][] Queries { get; }

    public static SyntheticVectors Draw(Arguments arguments)
    {
        var random = new Random(1);
        var centres = arguments.Shape == "clustered" ? Enumerable.Range(0, Math.Max(1, arguments.Rows / RowsPerCluster)).Select(_ => Normal(random, 1)).ToArray() : [];
        return new(DrawMany(arguments.Rows), DrawMany(arguments.Queries));

        float[][] DrawMany(int count) => [.. Enumerable.Range(0, count).Select(_ => One())];

        float[] One()
        {
            if (centres.Length == 0)
            {
                return Normal(random, 1);
            }

            var vector = Normal(random, Width);
            var centre = centres[random.Next(centres.Length)];
            for (var d = 0; d < vector.Length; d++)
            {
                vector[d] += centre[d];
            }

            return vector;
        }
    }

    public void Write(string folder)
    {
        Write(Path.Combine(folder, "items.f32"), Items);
        Write(Path.Combine(folder, "queries.f32"), Queries);
    }

    private static void Write(string path, float[][] vectors)
    {
        using var file = File.Create(path);
        foreach (var vector in vectors)
        {
            file.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }
    }

    private static float[] Normal(Random random, float width)
    {
        var vector = new float[Dimensions];
        for (var d = 0; d < Dimensions; d += 2)
        {
            // Box and Muller: two numbers at a time.
            var radius = width * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            vector[d] = (float)(radius * sin);
            vector[d + 1] = (float)(radius * cos);
        }

        return vector;
    }
}
