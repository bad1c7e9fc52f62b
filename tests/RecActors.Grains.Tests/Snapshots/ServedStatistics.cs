using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.ItemToItem;

namespace RecActors.Snapshots;

/// <summary>Item statistics as they are compared: what serves, and any of them as bytes.</summary>
internal static class ServedStatistics
{
    /// <summary>Those that serve on the cluster's first silo.</summary>
    public static ItemStatisticsState Of(RecActorsCluster cluster) =>
        cluster.Service<ItemStatistics>().Export(cluster.Service<CatalogReplica>().IdOf);

    /// <summary>All of them, in the order in which they are written.</summary>
    public static byte[] Bytes(ItemStatisticsState state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        state.Write(writer);
        return stream.ToArray();
    }
}
