namespace RecActors.Training;

/// <summary>What the trainer remembers, as stored.</summary>
[GenerateSerializer, Alias("recactors.trainer-state")]
internal sealed class TrainerState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "trainer";

    /// <summary>The last refit, as it was when it began or ended.</summary>
    [Id(0)]
    public RefitStatus LastRefit { get; set; } = new();

    /// <summary>The journal position that the last refit read up to which came to a verdict.</summary>
    [Id(1)]
    public long LastCut { get; set; }

    /// <summary>How the last refit was asked for, so that it can be started again when its silo is lost.</summary>
    [Id(2)]
    public RefitRequest? Request { get; set; }

    /// <summary>How often in a row a refit was lost with its silo.</summary>
    [Id(3)]
    public int Interruptions { get; set; }
}
