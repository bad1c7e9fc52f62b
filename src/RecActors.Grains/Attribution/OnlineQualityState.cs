namespace RecActors.Attribution;

/// <summary>What came of the answers, as stored.</summary>
[GenerateSerializer, Alias("recactors.online-quality-state")]
internal sealed class OnlineQualityState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "online-quality";

    /// <summary>Oldest hour first.</summary>
    [Id(0)]
    public List<OnlineHour> Hours { get; set; } = [];
}
