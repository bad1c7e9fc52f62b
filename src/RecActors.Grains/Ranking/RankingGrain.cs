using Orleans.Concurrency;
using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sharding;

namespace RecActors.Ranking;

/// <summary>Takes the model that serves, once, and answers with that one: the interest, every shard's hits, the ranking.</summary>
[GrainType("ranking")]
[StatelessWorker]
internal sealed class RankingGrain(
    RecommendationEngine engine, ModelHolder models, CatalogShards shards, ShardedRanking sharded, TimeProvider time)
    : Grain, IRankingGrain
{
    public async Task<RecommendationAnswer> RecommendAsync(SiloLocal<RankingCall> call, CancellationToken cancellationToken)
    {
        using var activity = GrainTelemetry.Activities.StartActivity("recommend");
        var started = time.GetTimestamp();
        var (user, query, nowMs) = call.Value;
        var model = models.Current;
        var request = RequestMapping.Of(query, nowMs, engine.Catalog);
        if (model.Sharded is not null)
        {
            var fromShards = query.Collaborative
                ? await sharded.NearestAsync(model, user, request, cancellationToken)
                : await sharded.RecommendAsync(model, user, request, cancellationToken);
            RankingTelemetry.Ranked(time.GetElapsedTime(started));
            return AnswerMapping.Of(fromShards, engine.Catalog, nowMs);
        }

        if (user.Interest?.ModelVersion != model.Version)
        {
            // The model has changed since the user's grain looked: an embedding of another space would be noise in this one.
            user = user with { Interest = RecommendationEngine.EncodeInterest(model, user.History) };
        }

        var hits = user.Interest is null ? VectorHits.None : await SearchAsync(new ShardQuery(model, user, request), cancellationToken);
        var answer = query.Collaborative
            ? engine.Nearest(model, user, request, hits.Embedding)
            : engine.Recommend(model, user, request, hits);
        RankingTelemetry.Ranked(time.GetElapsedTime(started));
        return AnswerMapping.Of(answer, engine.Catalog, nowMs);
    }

    private async ValueTask<VectorHits> SearchAsync(ShardQuery query, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (shards.AreSearchedInPlace(query.Model))
        {
            var found = engine.SearchVectors(query.Model, query.User, CatalogShard.Whole, query.Request);
            RankingTelemetry.Retrieved(time.GetElapsedTime(started));
            return found;
        }

        var count = shards.CountOf(query.Model);
        var answers = new Task<SiloLocal<VectorHits>>[count];
        for (var index = 0; index < count; index++)
        {
            var shard = GrainFactory.GetGrain<ICatalogShardGrain>(index);
            answers[index] = shard.SearchAsync(new(query with { Shard = new CatalogShard(index, count) }), cancellationToken);
        }

        var hits = await Task.WhenAll(answers);
        RankingTelemetry.Retrieved(time.GetElapsedTime(started));
        return VectorHits.Of([.. hits.Select(hit => hit.Value)]);
    }
}
