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

    /// <summary>
    /// How many entries the journals had when the last refit began which came to a verdict. 0.1.0 stored the position of its cut, which is
    /// the same number in SQLite.
    /// </summary>
    [Id(1)]
    public long LastCut { get; set; }

    /// <summary>How the last refit was asked for, so that it can be started again when its silo is lost.</summary>
    [Id(2)]
    public RefitRequest? Request { get; set; }

    /// <summary>How often in a row a refit was lost with its silo.</summary>
    [Id(3)]
    public int Interruptions { get; set; }
}
