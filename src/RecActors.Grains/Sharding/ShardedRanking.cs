using Microsoft.Extensions.Options;
using RecActors.Failures;
using RecActors.Feedback;
using RecActors.Filters;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>Recommends where the item vectors are in shards. Thread-safe.</summary>
internal sealed class ShardedRanking(
    ShardedEngine engine, ShardCalls shards, ModelHolder models, IOptions<ShardingOptions> options, TimeProvider time)
{
    /// <summary>Between two attempts with the same model: a shard that is behind has it within a moment.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(25);

    /// <summary>What the user wants next, all of it from the model that serves.</summary>
    /// <exception cref="UnavailableException">A shard does not answer, or does not get to the model that serves.</exception>
    public Task<EngineAnswer> RecommendAsync(
        ServingModel model, UserContext user, RecommendRequest request, CancellationToken cancellationToken) =>
        WithServingAsync(model, serving => AnswerAsync(serving, user, request, cancellationToken), cancellationToken);

    /// <summary>The items nearest to the user's interest, without the ranker.</summary>
    /// <exception cref="UnavailableException">A shard does not answer, or does not get to the model that serves.</exception>
    public Task<EngineAnswer> NearestAsync(
        ServingModel model, UserContext user, RecommendRequest request, CancellationToken cancellationToken) =>
        WithServingAsync(model, serving => SearchAsync(serving, user, request, cancellationToken), cancellationToken);

    /// <summary>The listed items nearest to an item by the cosine of their vectors, best first; none when it has no vector.</summary>
    /// <exception cref="UnavailableException">A shard does not answer, or does not get to the model that serves.</exception>
    public Task<IReadOnlyList<ScoredRow>> NearestAsync(
        ServingModel model, int row, int count, string? category, ItemFilter? where, long nowMs, CancellationToken cancellationToken) =>
        WithServingAsync(model, serving => NearestAsync(row, count, category, where, nowMs, serving, cancellationToken), cancellationToken);

    /// <summary>The vector of an item; empty when it has none.</summary>
    /// <exception cref="UnavailableException">A shard does not answer, or does not get to the model that serves.</exception>
    public Task<float[]> VectorOfAsync(ServingModel model, int row, CancellationToken cancellationToken) =>
        WithServingAsync(model, serving => VectorOfAsync(row, serving, cancellationToken), cancellationToken);

    /// <summary>Asks with a model; and with the one that serves then, while a shard does not have it.</summary>
    private async Task<T> WithServingAsync<T>(
        ServingModel model, Func<ServingModel, Task<T>> ask, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask(model);
            }
            catch (ShardModelException failure)
            {
                if (time.GetElapsedTime(started) > options.Value.ShardDeadline)
                {
                    throw new UnavailableException("The shards of the item vectors are between two models.", failure);
                }
            }

            if (models.Current is { Sharded: not null } current && current.Version != model.Version)
            {
                model = current;
            }
            else
            {
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private async Task<EngineAnswer> AnswerAsync(
        ServingModel model, UserContext user, RecommendRequest request, CancellationToken cancellationToken)
    {
        var history = await shards.VectorsOfAsync(model, user.History, cancellationToken);
        var recommendation = engine.Begin(model, user, request, history);
        var started = time.GetTimestamp();
        var hits = await shards.SearchAsync(model, recommendation.Searches, cancellationToken);
        RankingTelemetry.Retrieved(time.GetElapsedTime(started));
        var features = await shards.CompareAsync(model, recommendation.Gather(hits), cancellationToken);
        return recommendation.Answer(features);
    }

    private async Task<EngineAnswer> SearchAsync(
        ServingModel model, UserContext user, RecommendRequest request, CancellationToken cancellationToken)
    {
        var history = await shards.VectorsOfAsync(model, user.History, cancellationToken);
        var hits = await shards.SearchAsync(model, engine.Begin(model, user, request, history).Searches, cancellationToken);
        return engine.Nearest(model, user, request, hits.SelectMany(engine.RowsOf));
    }

    private async Task<IReadOnlyList<ScoredRow>> NearestAsync(
        int row, int count, string? category, ItemFilter? where, long nowMs, ServingModel model, CancellationToken cancellationToken)
    {
        if (await VectorOfAsync(row, model, cancellationToken) is not { Length: > 0 } vector)
        {
            return [];
        }

        var search = new ShardSearch
        {
            Vector = vector,
            Similarity = Similarity.Cosine,
            Count = count,
            Category = category,
            Where = where?.Steps ?? [],
            NowMs = nowMs,
            Excluded = new[] { engine.Items.KeyOf(row) },
        };
        var hits = await shards.SearchAsync(model, [.. Enumerable.Repeat(search, engine.Items.Shards)], cancellationToken);
        return
        [
            .. hits.SelectMany(engine.RowsOf)
                .Where(hit => hit.Score > 0)
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row)
                .Take(count),
        ];
    }

    private async Task<float[]> VectorOfAsync(int row, ServingModel model, CancellationToken cancellationToken)
    {
        var item = new[] { new HistoryItem(row, 1f, Polarity.Positive, 0) };
        var vectors = await shards.VectorsOfAsync(model, item, cancellationToken);
        return vectors.SquaredNorm(row) > 0 ? vectors.Row(row).ToArray() : [];
    }
}
