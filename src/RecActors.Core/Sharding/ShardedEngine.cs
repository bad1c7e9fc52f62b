using System.Collections.Concurrent;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>The recommender where the item vectors are in shards, which live in any process. Thread-safe.</summary>
public sealed class ShardedEngine(RecommendationEngine engine, ShardedItems items)
{
    private readonly ConcurrentBag<CandidateBuffers> _buffers = [];

    /// <summary>Which items are where.</summary>
    public ShardedItems Items { get; } = items;

    internal RecommendationEngine Engine { get; } = engine;

    /// <summary>Begins a recommendation.</summary>
    /// <param name="model">A model whose vectors are in shards.</param>
    /// <param name="user">The user; without an interest in the model's space it is made from the history.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="history">The vectors of the items in the user's history.</param>
    public ShardedRecommendation Begin(ServingModel model, UserContext user, RecommendRequest request, IItemVectors history)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(history);
        var interest = user.Interest is { } known && known.ModelVersion == model.Version
            ? known
            : RecommendationEngine.EncodeInterest(model, user.History, history);
        return new ShardedRecommendation(this, new RankingQuery(model, user, interest, request, Engine.Options), history);
    }

    /// <summary>What a shard found, in rows of this process. An item that is not known here yet is left out.</summary>
    public IEnumerable<ScoredRow> RowsOf(ShardHits hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        for (var i = 0; i < hits.Items.Length; i++)
        {
            if (Items.TryGetRow(hits.Items.Span[i], out var row))
            {
                yield return new ScoredRow(row, hits.Scores.Span[i]);
            }
        }
    }

    /// <inheritdoc cref="RecommendationEngine.Nearest"/>
    public EngineAnswer Nearest(ServingModel model, UserContext user, RecommendRequest request, IEnumerable<ScoredRow> hits) =>
        Engine.Nearest(model, user, request, hits);

    internal CandidateBuffers Borrow() => _buffers.TryTake(out var buffers) ? buffers : new CandidateBuffers();

    internal void Return(CandidateBuffers buffers) => _buffers.Add(buffers);
}
