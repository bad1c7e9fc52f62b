namespace RecActors.Interest;

/// <summary>Normally distributed numbers, by Box and Muller from a seeded generator: the start of a factorisation.</summary>
internal static class GaussianNoise
{
    public static float[] Generate(int count, double deviation, int seed)
    {
        var random = new Random(seed);
        var noise = new float[count];
        for (var i = 0; i < noise.Length; i++)
        {
            // 1 − U keeps the logarithm finite.
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            noise[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return noise;
    }
}
