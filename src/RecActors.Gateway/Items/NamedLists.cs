using RecActors.Problems;

namespace RecActors.Items;

/// <summary>Lists that are the same for everybody, by their names: those that are always there, and those of the configuration.</summary>
internal static class NamedLists
{
    public const string Trending = "trending";

    /// <summary>Reads a list; <paramref name="window"/> is of what is trending, the usual one when it is null or empty.</summary>
    /// <exception cref="ProblemException">There is no such list or window: 404 with those that there are.</exception>
    public static async Task<IReadOnlyList<ScoredItem>> ReadAsync(
        IItemListsGrain grain, string name, string? window, ItemListQuery query, NamedListsOptions lists) => name switch
        {
            "popular" => await grain.PopularAsync(query),
            "latest" => await grain.LatestAsync(query),
            Trending => await TrendingAsync(grain, window, query),
            _ when lists.Named.TryGetValue(name, out var named) => await ReadAsync(grain, named, query with { Where = named.Where(query.Where) }),
            _ => throw NeighborAnswers.NoList(name, string.Join(", ", NamesOf(lists))),
        };

    /// <summary>The names of all lists, those of the configuration last.</summary>
    public static IEnumerable<string> NamesOf(NamedListsOptions lists) => NamedListsOptions.Given.Concat(lists.Named.Keys.Order(StringComparer.Ordinal));

    /// <exception cref="ProblemException">There is no such window.</exception>
    public static async Task<IReadOnlyList<ScoredItem>> TrendingAsync(IItemListsGrain grain, string? window, ItemListQuery query) =>
        await grain.TrendingAsync(string.IsNullOrEmpty(window) ? null : window, query) ?? throw new ProblemException(
            ProblemTypes.NotFound($"There is no window {window} of trending items; there are: {string.Join(", ", await grain.TrendingWindowsAsync())}."));

    private static async Task<IReadOnlyList<ScoredItem>> ReadAsync(IItemListsGrain grain, NamedListOptions named, ItemListQuery query) => named.Order switch
    {
        NamedListOrder.Latest => await grain.LatestAsync(query),
        NamedListOrder.Trending => await TrendingAsync(grain, named.Window, query),
        _ => await grain.PopularAsync(query),
    };
}
