namespace RecActors.Erasure;

/// <summary>The last compaction, as stored.</summary>
[GenerateSerializer, Alias("recactors.erasures-state")]
internal sealed class ErasuresState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "erasures";

    [Id(0)]
    public CompactionStatus Compaction { get; set; } = new();
}
