using RecActors.Catalog;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// Shards as other processes would hold them: each beside a catalog replica of its own, in which the same items have other rows.
/// The caller's process has no vector.
/// </summary>
internal sealed class ShardProcesses
{
    private readonly CatalogReplica[] _catalogs;
    private readonly ShardedItems[] _items;
    private readonly VectorShard[] _shards;
    private readonly ShardedEngine _engine;
    private readonly ServingModel _model;
    private int _changes;

    public ShardProcesses(GeneratedWorld world, ModelBundle bundle, int shards)
    {
        World = world;
        _catalogs = [.. Enumerable.Range(0, shards).Select(CatalogOf)];
        _items = [.. _catalogs.Select(catalog => new ShardedItems(catalog, shards))];
        Follow();
        _shards = [.. _catalogs.Select((catalog, index) => VectorShard.Bind(bundle, EngineOf(catalog), _items[index], index))];
        _engine = new ShardedEngine(world.Engine, new ShardedItems(world.Catalog, shards));
        _model = ServingModel.BindSharded(bundle, bundle.ItemIds, world.Catalog, new ItemVectorCache(world.Catalog, 1000));
    }

    public GeneratedWorld World { get; }

    /// <summary>Searches and comparisons that the last recommendation sent.</summary>
    public int Calls { get; private set; }

    /// <summary>Brings the changes of the world's catalog to the shards.</summary>
    public void Follow()
    {
        for (; _changes < World.Changes.Count; _changes++)
        {
            foreach (var catalog in _catalogs)
            {
                catalog.Apply(World.Changes[_changes]);
            }
        }
    }

    /// <summary>Gives every shard an index, which leaves nothing out.</summary>
    public void Index(Similarity similarity)
    {
        foreach (var shard in _shards.Where(shard => shard.Table.Count > 0))
        {
            shard.Table.BuildIndex(similarity, new IndexOptions()).Reach = InvertedFile.Everywhere;
        }
    }

    public EngineAnswer Recommend(UserContext user, RecommendRequest request, Action? between = null)
    {
        Calls = 0;
        var recommendation = _engine.Begin(_model, user, request, VectorsOf(user));
        var hits = recommendation.Searches.Select((search, shard) => Called(_shards[shard].Search([search])[0])).ToArray();
        between?.Invoke();
        var comparisons = recommendation.Gather(hits);
        return recommendation.Answer(
            [.. comparisons.Select((asked, shard) => asked is null ? null : Called(_shards[shard].Compare(asked)))]);
    }

    /// <summary>The vectors of a user's items, from their shards.</summary>
    private FetchedVectors VectorsOf(UserContext user)
    {
        var vectors = new FetchedVectors(_model.Dimensions);
        foreach (var item in user.History.ToArray())
        {
            var key = _engine.Items.KeyOf(item.Row);
            vectors.Set(item.Row, _shards[_engine.Items.ShardOf(item.Row)].VectorsOf([key]).Vectors.Span);
        }

        return vectors;
    }

    private T Called<T>(T answer)
    {
        Calls++;
        return answer;
    }

    private static CatalogReplica CatalogOf(int shard)
    {
        var catalog = new CatalogReplica();
        for (var i = 0; i <= shard; i++)
        {
            catalog.Intern($"only in shard {shard}: {i}");
        }

        return catalog;
    }

    private static RecommendationEngine EngineOf(CatalogReplica catalog) =>
        new(catalog, new ItemStatistics(new ItemStatisticsOptions()), new RankingOptions());
}
