using System.Globalization;

namespace RecActors.Demo;

/// <summary>Reasons in words.</summary>
internal static class ReasonText
{
    private const int MostActions = 2;
    private const int MostSources = 2;

    /// <summary>The past actions with the largest shares of the interest score, and who found the item.</summary>
    public static string Of(ListedItem item)
    {
        if (item.Explanation is not { } reasons)
        {
            return "";
        }

        var actions = reasons.Contributions
            .Where(action => action.Contribution > 0)
            .OrderByDescending(action => action.Contribution)
            .Take(MostActions)
            .Select(action => $"{action.Name ?? action.ItemId}{Share(action.Contribution, reasons.FoldInScore)}");
        var sources = reasons.Sources
            .OrderBy(source => source.Rank)
            .Take(MostSources)
            .Select(source => string.Create(CultureInfo.InvariantCulture, $"{Words(source.Source)} #{source.Rank}"));
        return string.Join("; ", new[] { string.Join(", ", actions), string.Join(", ", sources) }.Where(part => part.Length > 0));
    }

    private static string Share(float contribution, float score) =>
        score > 0 ? string.Create(CultureInfo.InvariantCulture, $" {contribution / score:P0}") : "";

    private static string Words(string source) => source switch
    {
        "embedding" => "near your interest",
        "transitions" => "often next",
        "sequence" => "next in your sequence",
        "linear" => "goes with what you chose",
        "cooccurrence" => "often together",
        _ => source,
    };
}
