using RecActors.Catalog;
using RecActors.Hosting;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sharding;

namespace RecActors.Ranking;

/// <summary>
/// Takes the model that serves, once, and answers with that one: the interest, every shard's hits, the ranking. Thread-safe; work of the processor's, so in the
/// turns of <see cref="IRankingGrain"/> wherever that can be reached.
/// </summary>
internal sealed class RankedAnswers(
    RecommendationEngine engine,
    ModelHolder models,
    CatalogShards shards,
    ShardedRanking sharded,
    RankingBudget budget,
    SiloReadiness readiness,
    IGrainFactory grains,
    TimeProvider time)
{
    public async Task<RecommendationAnswer> RecommendAsync(RankingCall call, CancellationToken cancellationToken)
    {
        using var activity = GrainTelemetry.Activities.StartActivity("recommend");
        var started = time.GetTimestamp();
        var (user, query, nowMs, askedAt) = call;
        var model = models.Current;
        var effort = MayDegrade(query) ? budget.EffortFor(askedAt) : RankingEffort.Full;
        var request = RequestMapping.Of(query, nowMs, engine.Catalog) with { Effort = effort };
        if (effort == RankingEffort.Popular)
        {
            return Answered(engine.Recommend(model, user, request, VectorHits.None), effort, nowMs, started);
        }

        if (model.Sharded is not null)
        {
            var fromShards = query.Collaborative
                ? await sharded.NearestAsync(model, user, request, cancellationToken)
                : await sharded.RecommendAsync(model, user, request, cancellationToken);
            return Answered(fromShards, effort, nowMs, started);
        }

        if (user.Interest?.ModelVersion != model.Version)
        {
            // The model has changed since the user's grain looked: an embedding of another space would be noise in this one.
            user = user with { Interest = RecommendationEngine.EncodeInterest(model, user.History) };
        }

        if (user.Interest is not null && !query.Collaborative && IsSearchedInPlace(model))
        {
            var asked = time.GetTimestamp();
            return Answered(engine.Recommend(model, user, request, () => RankingTelemetry.Retrieved(time.GetElapsedTime(asked))), effort, nowMs, started);
        }

        var hits = user.Interest is null ? VectorHits.None : await SearchAsync(new ShardQuery(model, user, request), cancellationToken);
        var answer = query.Collaborative
            ? engine.Nearest(model, user, request, hits.Embedding)
            : engine.Recommend(model, user, request, hits);
        return Answered(answer, effort, nowMs, started);
    }

    /// <summary>The shards' grains go away before the users', which still ask.</summary>
    private bool IsSearchedInPlace(ServingModel model) => readiness.Stopping.IsCancellationRequested || shards.AreSearchedInPlace(model);

    /// <summary>Reasons are asked for by people, replays must come out the same, and collaborative filtering has nothing to give up.</summary>
    private static bool MayDegrade(RecommendQuery query) => query is { Explain: false, Collaborative: false, TimestampMs: 0 };

    private RecommendationAnswer Answered(EngineAnswer answer, RankingEffort effort, long nowMs, long started)
    {
        RankingTelemetry.Ranked(time.GetElapsedTime(started));
        var degraded = AnswerMapping.DegradationOf(effort);
        if (degraded != Degradation.None)
        {
            RankingTelemetry.Degraded(degraded);
        }

        return AnswerMapping.Of(answer, engine.Catalog, nowMs) with { Degraded = degraded };
    }

    private async ValueTask<VectorHits> SearchAsync(ShardQuery query, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (IsSearchedInPlace(query.Model))
        {
            var found = engine.SearchVectors(query.Model, query.User, CatalogShard.Whole, query.Request);
            RankingTelemetry.Retrieved(time.GetElapsedTime(started));
            return found;
        }

        var count = shards.CountOf(query.Model);
        var answers = new Task<SiloLocal<VectorHits>>[count];
        for (var index = 0; index < count; index++)
        {
            var shard = grains.GetGrain<ICatalogShardGrain>(index);
            answers[index] = shard.SearchAsync(new(query with { Shard = new CatalogShard(index, count) }), cancellationToken);
        }

        SiloLocal<VectorHits>[] hits;
        try
        {
            hits = await Task.WhenAll(answers).WaitAsync(readiness.Stopping);
        }
        catch (Exception) when (readiness.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return await SearchAsync(query, cancellationToken);
        }

        RankingTelemetry.Retrieved(time.GetElapsedTime(started));
        return VectorHits.Of([.. hits.Select(hit => hit.Value)]);
    }
}
