namespace RecActors.Retrieval;

/// <summary>
/// A part of a vector table: the blocks whose number is <paramref name="Index"/> modulo <paramref name="Count"/>. All shards of one
/// count together are the table, each block once. The default value is the whole table.
/// </summary>
public readonly record struct CatalogShard(int Index, int Count)
{
    /// <summary>The whole table.</summary>
    public static CatalogShard Whole => new(0, 1);

    /// <summary>The first block of the shard.</summary>
    internal int FirstBlock => Count <= 1 ? 0 : Index;

    /// <summary>The distance from one block of the shard to the next.</summary>
    internal int Stride => Math.Max(1, Count);
}
