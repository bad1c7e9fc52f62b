namespace RecActors.Ranking;

/// <summary>Features that belong together and to no candidate source.</summary>
public enum FeatureGroup
{
    /// <summary>How the item's categories and content tokens compare with the user's history and labels.</summary>
    Content,

    /// <summary>The release year, and how far it is from those of the history.</summary>
    Years,

    /// <summary>How often the item was acted on, and for how long it is there.</summary>
    Popularity,

    /// <summary>Cosines with single items of the history, the latest and the rejected among them.</summary>
    SingleItems,

    /// <summary>Ranks among the candidates.</summary>
    Ranks,

    /// <summary>Distances from the best of the candidates.</summary>
    Margins,
}

/// <summary>The features of a <see cref="FeatureGroup"/>.</summary>
public static class FeatureGroups
{
    /// <summary>The names of a group's features.</summary>
    public static IReadOnlyList<string> Of(FeatureGroup group) => group switch
    {
        FeatureGroup.Content => Names(RankingFeature.CategoryProfile, RankingFeature.ContentProfile, RankingFeature.ContentRecent, RankingFeature.UserLabels),
        FeatureGroup.Years => Names(RankingFeature.ReleaseYear, RankingFeature.YearDistance),
        FeatureGroup.Popularity => Names(RankingFeature.Popularity, RankingFeature.ItemAge),
        FeatureGroup.SingleItems => Names(RankingFeature.CosineLast, RankingFeature.CosineRecent, RankingFeature.CosineRejected),
        FeatureGroup.Ranks => StartingWith("Rank"),
        FeatureGroup.Margins => StartingWith("Margin"),
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "No group."),
    };

    private static string[] Names(params RankingFeature[] features) => [.. features.Select(feature => feature.ToString())];

    private static string[] StartingWith(string prefix) => [.. FeatureSchema.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
}
