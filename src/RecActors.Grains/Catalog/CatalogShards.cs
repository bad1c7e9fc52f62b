using Microsoft.Extensions.Options;
using RecActors.Models;

namespace RecActors.Catalog;

/// <summary>Into how many shards this silo's scan is split now: it follows the catalog's size. Thread-safe.</summary>
internal sealed class CatalogShards(CatalogReplica catalog, IOptions<CatalogOptions> options)
{
    private readonly int _most = options.Value.MaxShards > 0 ? options.Value.MaxShards : Environment.ProcessorCount;

    /// <summary>
    /// Whether a query searches by itself, because that costs less than its call of a shard: an index reads lists of each query's own, and a small
    /// table is in the processor's cache, so that queries would gain nothing from a common pass.
    /// </summary>
    public bool AreSearchedInPlace(ServingModel model) => model.IsIndexed || catalog.Count <= options.Value.ItemsSearchedInPlace;

    /// <summary>At least 1. Any number is right for a query, as long as all its shards are of that number. An index is fastest in one.</summary>
    public int CountOf(ServingModel model) => model.IsIndexed ? 1 : Math.Clamp((catalog.Count + options.Value.ItemsPerShard - 1) / options.Value.ItemsPerShard, 1, _most);
}
