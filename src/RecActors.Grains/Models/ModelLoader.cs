using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Retrieval;
using RecActors.Sharding;

namespace RecActors.Models;

/// <summary>Reads bundles and binds them to this silo's catalog, with all item vectors or those of this silo's shards. Thread-safe.</summary>
internal sealed class ModelLoader(
    IBundleStore bundles, CatalogReplica catalog, VectorShards shards, IOptions<ShardingOptions> sharding, IOptions<IndexOptions> indexes)
{
    /// <summary>Makes sure of what <see cref="LoadAsync"/> does not read: the item statistics, with which starts begin while the version serves.</summary>
    /// <exception cref="InvalidDataException">They are missing or corrupt.</exception>
    public Task VerifyRestAsync(long version, CancellationToken cancellationToken) =>
        Task.Run(() => StoredBundle.VerifyStatisticsAsync(bundles, version, cancellationToken), cancellationToken);

    /// <exception cref="InvalidDataException">The bundle is missing, corrupt or of a newer format.</exception>
    public async Task<ServingModel> LoadAsync(long version, CancellationToken cancellationToken)
    {
        // Milliseconds to seconds of work, which no grain's turn may take.
        if (sharding.Value.Mode == CatalogMode.Sharded)
        {
            return await Task.Run(() => shards.LoadAsync(version, cancellationToken), cancellationToken);
        }

        return await Task.Run(
            async () => ServingModel.Bind(await StoredBundle.ReadServingAsync(bundles, version, cancellationToken), catalog, indexes.Value), cancellationToken);
    }
}
