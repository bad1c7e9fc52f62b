namespace RecActors.ItemToItem;

/// <summary>Linear item models of random numbers.</summary>
internal static class SampleLinearItems
{
    /// <summary>Every item gives weights to the two after it in the circle, one of them negative now and then.</summary>
    public static LinearItemModel Create(IReadOnlyList<string> itemIds, int seed)
    {
        var random = new Random(seed);
        var count = itemIds.Count;
        return new()
        {
            ItemIds = itemIds,
            Starts = [.. Enumerable.Range(0, count + 1).Select(item => 2 * item)],
            Targets = [.. Enumerable.Range(0, count).SelectMany(item => new[] { (item + 1) % count, (item + 2) % count })],
            Weights = [.. Enumerable.Range(0, 2 * count).Select(_ => (float)random.NextDouble() - 0.3f)],
        };
    }
}
