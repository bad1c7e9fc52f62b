using System.Collections.Frozen;

namespace RecActors.Ranking;

/// <summary>
/// The features that a ranker may use: their names and order. A ranker names its inputs and <see cref="Ranker"/> picks them
/// by name, so features may be added freely; a changed meaning raises <see cref="Version"/> and retires older rankers.
/// </summary>
public static class FeatureSchema
{
    /// <summary>Raised when a name changes its meaning.</summary>
    public const int Version = 1;

    private static readonly string[] AllNames = Enum.GetNames<RankingFeature>();

    private static readonly FrozenDictionary<string, int> Positions =
        AllNames.Select((name, index) => KeyValuePair.Create(name, index)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All names, in the order of <see cref="RankingExample.Features"/>.</summary>
    public static IReadOnlyList<string> Names => AllNames;

    /// <summary>How many there are.</summary>
    public static int Count => AllNames.Length;

    /// <summary>A feature's position, or -1.</summary>
    public static int IndexOf(string name) => Positions.TryGetValue(name, out var index) ? index : -1;
}
