namespace RecActors.Models;

/// <summary>What the registry knows, as stored.</summary>
[GenerateSerializer, Alias("recactors.model-registry-state")]
internal sealed class ModelRegistryState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "registry";

    /// <summary>Published versions, oldest first.</summary>
    [Id(0)]
    public List<ModelDescription> Models { get; set; } = [];

    [Id(1)]
    public long ServingVersion { get; set; }

    [Id(2)]
    public long? PreviousVersion { get; set; }

    [Id(3)]
    public long Promotion { get; set; }

    /// <summary>The last number handed out.</summary>
    [Id(4)]
    public long LastReserved { get; set; }

    [Id(5)]
    public long FencingToken { get; set; }
}
