namespace RecActors.Anonymous;

/// <summary>How far users were looked through, as stored.</summary>
[GenerateSerializer, Alias("recactors.anonymous-sessions-state")]
internal sealed class AnonymousSessionsState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "anonymous-sessions";

    /// <summary>The last user who was looked at; null: the next run begins with the first.</summary>
    [Id(0)]
    public string? After { get; set; }
}
