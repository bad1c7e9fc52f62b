using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>stub</summary>
public sealed class RecommendationEngine(CatalogReplica catalog, ItemStatistics statistics, RankingOptions options)
{
    public CatalogReplica Catalog => catalog;

    public ItemStatistics Statistics => statistics;

    public RankingOptions Options => options;

    /// <summary>The interest of a history from scratch; null when there is no model or no history.</summary>
    public UserInterest? EncodeInterest(ServingModel model, ReadOnlySpan<HistoryItem> newestFirst) => throw new NotImplementedException();

    /// <summary>One shard's part of the embedding source: to be called for every shard, the answers concatenated in any order.</summary>
    public ScoredRow[] SearchEmbedding(ServingModel model, UserContext user, CatalogShard shard, RecommendRequest request) => throw new NotImplementedException();

    /// <summary>Recommends from the shards' hits.</summary>
    public EngineAnswer Recommend(ServingModel model, UserContext user, RecommendRequest request, IReadOnlyList<ScoredRow> embeddingHits) => throw new NotImplementedException();

    /// <summary>Recommends with the whole catalog as one shard.</summary>
    public EngineAnswer Recommend(ServingModel model, UserContext user, RecommendRequest request) => throw new NotImplementedException();

    /// <summary>The candidates and features of a query at a moment of a replay, and where the target is among them.</summary>
    public RankingExample GatherExample(ServingModel model, UserContext user, int targetRow, long nowMs) => throw new NotImplementedException();
}
