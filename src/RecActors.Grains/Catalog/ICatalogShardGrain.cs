using RecActors.Hosting;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Catalog;

/// <summary>The door to one shard of this silo's catalog; the key is the shard's index.</summary>
[Alias("recactors.catalog-shard"), GrainInterfaceType("recactors.catalog-shard")]
internal interface ICatalogShardGrain : IGrainWithIntegerKey
{
    /// <summary>The unseen, allowed items of the shard that the user's vectors find.</summary>
    [Alias("search")]
    Task<SiloLocal<VectorHits>> SearchAsync(SiloLocal<ShardQuery> query, CancellationToken cancellationToken = default);
}

/// <summary>A search with one model, in one shard.</summary>
internal sealed record ShardQuery(ServingModel Model, UserContext User, RecommendRequest Request, CatalogShard Shard = default);
