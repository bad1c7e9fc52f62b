namespace RecActors.ItemToItem;

/// <summary>What co-occurrence counts are divided by: the cosine's √(nᵢ nⱼ), plus a constant that keeps pairs of rare items from the top.</summary>
internal static class CosineScale
{
    /// <summary>Shrinkage: a pair of items seen once each scores 1/6, not 1.</summary>
    public const float Shrinkage = 5;

    public static float Of(float root, float otherRoot) => (root * otherRoot) + Shrinkage;
}
