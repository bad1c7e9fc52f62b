namespace RecActors.Bench;

/// <summary>Draws numbers below a count, the k-th of them (in a fixed random order) with probability proportional to 1 / k^s. Immutable.</summary>
internal sealed class ZipfChoice
{
    private readonly double[] _cumulative;
    private readonly int[] _places;

    /// <param name="count">How many there are to choose from.</param>
    /// <param name="exponent">s: 0 chooses all alike, 1 is Zipf's law.</param>
    /// <param name="seed">Of the order.</param>
    public ZipfChoice(int count, double exponent, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _cumulative = new double[count];
        _places = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(_places);
        var sum = 0d;
        for (var k = 0; k < count; k++)
        {
            sum += Math.Pow(k + 1, -exponent);
            _cumulative[k] = sum;
        }
    }

    public int Next(Random random)
    {
        var at = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return _places[Math.Min(at < 0 ? ~at : at, _places.Length - 1)];
    }
}
