namespace RecActors.Compatibility;

/// <summary>Release 0.1.0, the oldest one whose data folders and messages are still read.</summary>
internal static class Release010
{
    public const string Version = "0.1.0";

    /// <summary>The commit that was released; it must be in the history of the clone that runs these tests.</summary>
    public const string Commit = "8e0622779d6f624f571aebe6acb93254ce46a64e";

    /// <summary>
    /// Types that only silos of one cluster sent each other, through a grain that no longer exists. That release ran as one silo only,
    /// so none of today's ever meets them.
    /// </summary>
    public static IReadOnlyList<string> RetiredTypes { get; } =
        ["recactors.stats-cursor", "recactors.stats-delta", "recactors.stats-exchange", "recactors.stats-news"];
}
