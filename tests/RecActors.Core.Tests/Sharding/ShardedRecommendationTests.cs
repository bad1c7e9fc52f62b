using CsCheck;
using RecActors.Catalog;
using RecActors.Filters;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

public sealed class ShardedRecommendationTests
{
    private static readonly string?[] Categories = [null, "red", "green", "none"];
    private static readonly float?[] Lambdas = [null, 0.5f, 0f];

    private static readonly Gen<RecommendRequest> Requests =
        from count in Gen.Int[0, 70]
        from offset in Gen.Int[0, 30]
        from category in Gen.Int[0, Categories.Length - 1].Select(i => Categories[i])
        from lambda in Gen.Int[0, Lambdas.Length - 1].Select(i => Lambdas[i])
        from explain in Gen.Bool
        from effort in Gen.Enum<RankingEffort>()
        from cap in Gen.Int[0, 6]
        select new RecommendRequest
        {
            Count = count,
            Offset = offset,
            Category = category,
            Lambda = lambda,
            Explain = explain,
            Effort = effort,
            Caps = cap < 3 ? [new("red", cap)] : [],
            NowMs = GeneratedWorld.NowMs,
        };

    [Fact]
    public void Recommend_AnyWorldAndShards_IsWhatOneProcessAnswers() => SampleWorlds((shards, model, request) =>
    {
        foreach (var user in shards.World.Users)
        {
            AssertEqual(shards.World.Engine.Recommend(model, user, request), shards.Recommend(user, request));
            Assert.InRange(shards.Calls, 0, 2 * model.Version);
        }
    });

    [Fact]
    public void Recommend_Filtered_IsWhatOneProcessAnswers() => SampleWorlds((shards, model, request) =>
    {
        request = request with
        {
            Where = ItemFilter.Of([new(FilterOperation.Category, "blue"), new(FilterOperation.Items, Values: ["i3", "i5", "i7"]), new(FilterOperation.Or, Operands: 2)], shards.World.Catalog),
        };
        foreach (var user in shards.World.Users)
        {
            AssertEqual(shards.World.Engine.Recommend(model, user, request), shards.Recommend(user, request));
        }
    }, iter: 20);

    [Fact]
    public void Recommend_WithoutRanker_AsksNoShardForFeatures() => SampleWorlds((shards, model, request) =>
    {
        request = request with { Effort = RankingEffort.WithoutRanker, Explain = false, Lambda = null };
        foreach (var user in shards.World.Users)
        {
            AssertEqual(shards.World.Engine.Recommend(model, user, request), shards.Recommend(user, request));
            Assert.InRange(shards.Calls, 0, model.Version);
        }
    }, iter: 10);

    [Fact]
    public void Recommend_AfterChangesOfTheCatalog_IsWhatOneProcessAnswers() => SampleWorlds((shards, model, request) =>
    {
        var world = shards.World;
        world.Put(new ItemRecord { ItemId = "fresh", Categories = ["red"], TimestampMs = GeneratedWorld.NowMs });
        world.Put(world.Catalog[0] is { } first ? first with { IsHidden = true } : new ItemRecord { ItemId = "i0", Categories = ["green"] });
        world.Put(new ItemRecord { ItemId = "unknown", Categories = ["blue", "red"] });
        world.Delete("i1");
        shards.Follow();
        foreach (var user in world.Users)
        {
            AssertEqual(world.Engine.Recommend(model, user, request), shards.Recommend(user, request));
        }
    });

    [Fact]
    public void Recommend_ShardsWithIndexes_IsWhatOneProcessAnswers() => SampleWorlds((shards, model, request) =>
    {
        shards.Index(model.Similarity);
        shards.World.Put(new ItemRecord { ItemId = "fresh", Categories = ["red"], TimestampMs = GeneratedWorld.NowMs });
        shards.Follow();
        foreach (var user in shards.World.Users)
        {
            AssertEqual(shards.World.Engine.Recommend(model, user, request), shards.Recommend(user, request));
        }
    }, iter: 10);

    [Fact]
    public void Recommend_ItemHiddenSinceTheSearch_IsNotInTheAnswer() => SampleWorlds((shards, _, request) =>
    {
        var user = shards.World.Users[0];
        request = request with { Count = 70, Offset = 0 };
        if (shards.Recommend(user, request).Items is not [var best, ..])
        {
            return;
        }

        var answer = shards.Recommend(
            user, request, () => shards.World.Put(shards.World.Catalog[best.Row]! with { IsHidden = true }));
        Assert.DoesNotContain(answer.Items, item => item.Row == best.Row);
    });

    [Fact]
    public void Recommend_ItemOnlyTheShardsKnow_IsLeftOut()
    {
        var world = new GeneratedWorld(seed: 3);
        var shards = new ShardProcesses(world, BundleOf(world, true, Similarity.DotProduct), 2);
        world.Changes.Add(new CatalogChange(1_000, "elsewhere", new ItemRecord { ItemId = "elsewhere", Categories = ["red"] }));
        shards.Follow();
        foreach (var user in world.Users)
        {
            var answer = shards.Recommend(user, new RecommendRequest { Count = 70, NowMs = GeneratedWorld.NowMs });
            Assert.DoesNotContain(answer.Items, item => item.ItemId == "elsewhere");
        }
    }

    /// <summary>The model's version is the number of shards, so that checks know it.</summary>
    private static void SampleWorlds(Action<ShardProcesses, ServingModel, RecommendRequest> check, long iter = 40) =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[1, 7], Gen.Bool, Gen.Enum<Similarity>(), Requests).Sample(
            (seed, shards, ranked, similarity, request) =>
            {
                var world = new GeneratedWorld(seed);
                var bundle = BundleOf(world, ranked, similarity);
                bundle = bundle with { Manifest = bundle.Manifest with { Version = shards } };
                using var model = ServingModel.Bind(bundle, world.Catalog);
                check(new ShardProcesses(world, bundle, shards), model, request);
            },
            iter: iter);

    /// <summary>The world's model, with vectors from content for the items that it has not learned.</summary>
    private static ModelBundle BundleOf(GeneratedWorld world, bool ranked, Similarity similarity)
    {
        var bundle = world.Bundle;
        var tokens = bundle.ItemIds.Select(TokensOf).ToArray();
        var options = new ContentProjectionOptions { MinDocumentFrequency = 1 };
        return bundle with
        {
            Manifest = bundle.Manifest with { Similarity = similarity },
            Ranker = ranked ? bundle.Ranker : null,
            Projection = ContentProjection.Fit(tokens, bundle.ItemVectors, bundle.Manifest.Dimensions, [], options),
        };

        IReadOnlyList<string> TokensOf(string itemId) =>
            world.Catalog.TryGetRow(itemId, out var row) && world.Catalog[row] is { } item
                ? [.. item.Categories.Select(category => "category=" + category)]
                : [];
    }

    private static void AssertEqual(EngineAnswer expected, EngineAnswer actual)
    {
        Assert.Equal(expected.Items.Select(item => item.ItemId), actual.Items.Select(item => item.ItemId));
        Assert.Equal(expected.ModelVersion, actual.ModelVersion);
        Assert.Equal(expected.UserVersion, actual.UserVersion);
        foreach (var (one, other) in expected.Items.Zip(actual.Items))
        {
            Assert.Equal(one.Score, other.Score, 1e-5f);
            Assert.Equal(one.Reasons is null, other.Reasons is null);
            if (one.Reasons is not null)
            {
                Assert.Equal(one.Reasons.FoldInScore, other.Reasons!.FoldInScore, 1e-5f);
                Assert.Equal(one.Reasons.Shares.Select(share => share.Row), other.Reasons.Shares.Select(share => share.Row));
                Assert.Equal(one.Reasons.Features.Select(move => move.Feature), other.Reasons.Features.Select(move => move.Feature));
                Assert.Equal(one.Reasons.Sources, other.Reasons.Sources);
            }
        }
    }
}
