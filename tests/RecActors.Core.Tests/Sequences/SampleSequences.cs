namespace RecActors.Sequences;

/// <summary>Sequence models of random numbers.</summary>
internal static class SampleSequences
{
    public static SequenceModel Create(IReadOnlyList<string> itemIds, int dimensions, int seed)
    {
        var random = new Random(seed);
        return new()
        {
            Dimensions = dimensions,
            ItemIds = itemIds,
            Inputs = Numbers(itemIds.Count * dimensions),
            Outputs = Numbers(itemIds.Count * dimensions),
            Decays = [0f, 0.6f, 0.9f],
            Mixing = Numbers(3 * dimensions),
            KindGains = Numbers(ActionKind.Count),
            KindVectors = Numbers(ActionKind.Count * dimensions),
            Temperature = 0.07f,
        };

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.4f)];
    }
}
