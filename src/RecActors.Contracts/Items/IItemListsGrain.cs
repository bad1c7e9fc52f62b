using RecActors.Filters;

namespace RecActors.Items;

/// <summary>Lists of items from the silo's own replica. A stateless worker: any key does.</summary>
[Alias("recactors.item-lists"), GrainInterfaceType("recactors.item-lists")]
public interface IItemListsGrain : IGrainWithIntegerKey
{
    /// <summary>Items like this one, best first, from co-occurrence, transitions and feature vectors. Null when the item is unknown.</summary>
    [Alias("neighbors")]
    Task<IReadOnlyList<ScoredItem>?> NeighborsAsync(string itemId, ItemListQuery query, CancellationToken cancellationToken = default);

    /// <summary>The newest items; the score is the item's time in Unix seconds.</summary>
    [Alias("latest")]
    Task<IReadOnlyList<ScoredItem>> LatestAsync(ItemListQuery query, CancellationToken cancellationToken = default);

    /// <summary>The items most acted on lately; the score is the recent popularity.</summary>
    [Alias("popular")]
    Task<IReadOnlyList<ScoredItem>> PopularAsync(ItemListQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// The items whose users grow most in a window against the windows before it, best first; null when there is no such window.
    /// The score is how many standard deviations more users there are than the item's share of earlier actions would bring.
    /// Windows go by their names; null is the usual one.
    /// </summary>
    [Alias("trending")]
    Task<IReadOnlyList<ScoredItem>?> TrendingAsync(string? window, ItemListQuery query, CancellationToken cancellationToken = default);

    /// <summary>The names of the windows, shortest first.</summary>
    [Alias("trending-windows")]
    Task<IReadOnlyList<string>> TrendingWindowsAsync(CancellationToken cancellationToken = default);

    /// <summary>Items in ordinal order of their ids, after <paramref name="afterItemId"/>.</summary>
    [Alias("list")]
    Task<IReadOnlyList<Item>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken = default);

    /// <summary>Items by their id or the words of their titles, hidden ones among them; the most acted on lately first. The score is the recent popularity.</summary>
    [Alias("search")]
    Task<IReadOnlyList<ScoredItem>> SearchAsync(string query, int count, CancellationToken cancellationToken = default);

    /// <summary>Of the given ids, those that the catalog knows.</summary>
    [Alias("known")]
    Task<IReadOnlyList<string>> KnownAsync(IReadOnlyList<string> itemIds, CancellationToken cancellationToken = default);
}

/// <summary>Which part of a list, and of which category.</summary>
[GenerateSerializer, Immutable, Alias("recactors.item-list-query")]
public sealed record ItemListQuery(
    [property: Id(0)] int Count = 10,
    [property: Id(1)] int Offset = 0,
    [property: Id(2)] string? Category = null,
    [property: Id(3)] ItemPredicate? Where = null);

/// <summary>An item of a list, with its score there.</summary>
[GenerateSerializer, Immutable, Alias("recactors.scored-item")]
public readonly record struct ScoredItem(
    [property: Id(0)] string ItemId,
    [property: Id(1)] double Score,
    [property: Id(2)] string? Name = null);
