using System.Numerics.Tensors;
using CsCheck;
using RecActors.Catalog;
using RecActors.Models;
using RecActors.Retrieval;

namespace RecActors.Ranking;

public sealed class RecommendationEngineTests
{
    private static readonly string?[] Categories = [null, "red", "green", "blue", "none"];
    private static readonly float?[] Lambdas = [null, 0.5f, 0f];

    private static readonly Gen<RecommendRequest> Requests =
        from count in Gen.Int[0, 70]
        from offset in Gen.Int[0, 30]
        from category in Gen.Int[0, Categories.Length - 1].Select(i => Categories[i])
        from lambda in Gen.Int[0, Lambdas.Length - 1].Select(i => Lambdas[i])
        from effort in Gen.Enum<RankingEffort>()
        select new RecommendRequest { Effort = effort, Count = count, Offset = offset, Category = category, Lambda = lambda, NowMs = GeneratedWorld.NowMs };

    [Fact]
    public void Recommend_AnyWorldAndRequest_NeverHoldsASeenOrIneligibleItem() => SampleWorlds((world, model, user, request) =>
    {
        var eligible = world.EligibleFor(user, request.Category);
        var answer = world.Engine.Recommend(model, user, request);
        Assert.All(answer.Items, item => Assert.Contains(item.Row, eligible));
        Assert.All(answer.Items, item => Assert.Equal(world.Catalog.IdOf(item.Row), item.ItemId));
        Assert.Equal(answer.Items.Count, answer.Items.DistinctBy(item => item.Row).Count());
    });

    [Fact]
    public void Recommend_AnyWorldAndRequest_IsAsLongAsEligibleItemsExist() => SampleWorlds((world, model, user, request) =>
    {
        var eligible = world.EligibleFor(user, request.Category).Count;
        var answer = world.Engine.Recommend(model, user, request);
        Assert.Equal(Math.Clamp(eligible - request.Offset, 0, request.Count), answer.Items.Count);
    });

    [Fact]
    public void Recommend_AnyWorldAndRequest_RepeatsItsAnswerWhateverTheShards() => SampleWorlds((world, model, user, request) =>
    {
        var whole = world.Engine.Recommend(model, user, request);
        var hits = Enumerable.Range(0, 3).Reverse()
            .Select(shard => world.Engine.SearchVectors(model, user, new CatalogShard(shard, 3), request)).ToArray();
        var sharded = world.Engine.Recommend(model, user, request, VectorHits.Of(hits));
        Assert.Equal(whole.Items, sharded.Items);
        Assert.Equal(model.Version, whole.ModelVersion);
        Assert.Equal(user.UserVersion, whole.UserVersion);
    });

    [Fact]
    public void Recommend_FromManyThreads_GivesTheAnswersOfOne()
    {
        var world = new GeneratedWorld(seed: 3);
        var request = new RecommendRequest { Count = 15, NowMs = GeneratedWorld.NowMs, Explain = true };
        var expected = world.Users.ConvertAll(user => Describe(world.Engine.Recommend(world.Model, user, request)));

        var actual = new string[world.Users.Count * 40];
        Parallel.For(0, actual.Length, i =>
            actual[i] = Describe(world.Engine.Recommend(world.Model, world.Users[i % world.Users.Count], request)));

        Assert.All(actual.Select((answer, i) => (answer, i)), pair => Assert.Equal(expected[pair.i % expected.Count], pair.answer));
    }

    [Fact]
    public void Recommend_NextPage_ContinuesTheFirst()
    {
        var world = new GeneratedWorld(seed: 5);
        var request = new RecommendRequest { Count = 20, NowMs = GeneratedWorld.NowMs };
        foreach (var user in world.Users)
        {
            var both = world.Engine.Recommend(world.Model, user, request).Items;
            var first = world.Engine.Recommend(world.Model, user, request with { Count = 8 }).Items;
            var second = world.Engine.Recommend(world.Model, user, request with { Count = 12, Offset = 8 }).Items;
            Assert.Equal(both, first.Concat(second));
        }
    }

    [Fact]
    public void Recommend_WithoutDiversity_OrdersByScoreThenRow() => SampleWorlds((world, model, user, request) =>
    {
        var items = world.Engine.Recommend(model, user, request with { Lambda = 1f }).Items;
        Assert.Equal(items.OrderByDescending(item => item.Score).ThenBy(item => item.Row), items);
    });

    [Fact]
    public void Recommend_ItemHiddenSinceTheSearch_IsNotInTheAnswer()
    {
        var world = new GeneratedWorld(seed: 7);
        var request = new RecommendRequest { Count = 100, NowMs = GeneratedWorld.NowMs };
        var user = world.Users.First(u => world.Engine.SearchVectors(world.Model, u, default, request).Embedding.Count > 0);
        var hits = world.Engine.SearchVectors(world.Model, user, CatalogShard.Whole, request);
        var hidden = hits.Embedding[0].Row;
        world.Put(world.Catalog[hidden]! with { IsHidden = true });

        var answer = world.Engine.Recommend(world.Model, user, request, hits);

        Assert.DoesNotContain(answer.Items, item => item.Row == hidden);
    }

    [Fact]
    public void Answer_ManyOfTheBestHiddenSinceTheyWereFound_HoldsThoseAfterThem()
    {
        var world = new GeneratedWorld(seed: 23, items: 200, options: new RankingOptions { Candidates = 100 });
        var user = world.Users.First(user => user.History.Length > 0);
        var request = new RecommendRequest { Count = 10, NowMs = GeneratedWorld.NowMs };
        var all = world.Engine.Recommend(world.Model, user, request with { Count = 60 }).Items;
        var query = new RankingQuery(world.Model, user, RecommendationEngine.EncodeInterest(world.Model, user.History), request, world.Engine.Options);
        var workspace = world.Engine.Borrow();
        world.Engine.Begin(workspace, user, request);
        world.Engine.Finder.Find(workspace, query, VectorSearch.Run(workspace, query, CatalogShard.Whole));
        world.Engine.Extractor.Extract(workspace, query);
        foreach (var item in all.Take(30))
        {
            world.Put(world.Catalog[item.Row]! with { IsHidden = true });
        }

        var answer = world.Engine.Ranking.Answer(workspace.Buffers, query, workspace.Eligibility, world.Model.Vectors, world.Model.Vectors);

        Assert.Equal(all.Skip(30).Take(10), answer.Items);
        world.Engine.Return(workspace);
    }

    [Fact]
    public void Recommend_WholeCatalogHere_SaysWhenItHasSearched()
    {
        var world = new GeneratedWorld(seed: 7);
        var (searches, request) = (0, new RecommendRequest { Count = 10, NowMs = GeneratedWorld.NowMs });
        foreach (var user in world.Users)
        {
            var hits = world.Engine.SearchVectors(world.Model, user, CatalogShard.Whole, request);
            Assert.Equal(world.Engine.Recommend(world.Model, user, request, hits).Items, world.Engine.Recommend(world.Model, user, request, () => searches++).Items);
        }

        Assert.Equal(world.Users.Count, searches);
    }

    [Fact]
    public void Recommend_InterestOfAnotherModel_IsMadeAnew()
    {
        var world = new GeneratedWorld(seed: 9);
        var other = world.Bind(2, null);
        var request = new RecommendRequest { Count = 10, NowMs = GeneratedWorld.NowMs };
        foreach (var user in world.Users.Where(u => u.History.Length > 0))
        {
            var stale = user with { Interest = RecommendationEngine.EncodeInterest(other, user.History) };
            var fresh = user with { Interest = RecommendationEngine.EncodeInterest(world.Model, user.History) };
            var expected = world.Engine.Recommend(world.Model, user, request).Items;
            Assert.Equal(expected, world.Engine.Recommend(world.Model, stale, request).Items);
            Assert.Equal(expected, world.Engine.Recommend(world.Model, fresh, request).Items);
        }
    }

    [Fact]
    public void Recommend_NewUserWithoutAModel_GetsTheTrendingItemsInOrder()
    {
        var world = new GeneratedWorld(seed: 11, options: new RankingOptions { NewItemQuota = 0 });
        var nobody = new UserContext { UserId = "nobody" };
        var eligible = world.EligibleFor(nobody);
        var trending = new int[1024];
        var expected = trending[..world.Statistics.Trending(trending)].Where(eligible.Contains).Take(5);

        var answer = world.Engine.Recommend(ServingModel.ColdStart, nobody, new RecommendRequest { Count = 5, NowMs = GeneratedWorld.NowMs });

        Assert.Equal(expected, answer.Items.Select(item => item.Row));
        Assert.Equal(0, answer.ModelVersion);
    }

    [Fact]
    public void Recommend_FewerCandidates_IsTheAnswerOfAnEngineWithThatMany()
    {
        var request = new RecommendRequest { Count = 8, NowMs = GeneratedWorld.NowMs };
        var world = new GeneratedWorld(seed: 17, options: new RankingOptions { Candidates = 40, ReducedCandidates = 12 });
        var small = new GeneratedWorld(seed: 17, options: new RankingOptions { Candidates = 12 });
        for (var user = 0; user < world.Users.Count; user++)
        {
            Assert.Equal(
                small.Engine.Recommend(small.Model, small.Users[user], request).Items,
                world.Engine.Recommend(world.Model, world.Users[user], request with { Effort = RankingEffort.FewerCandidates }).Items);
        }
    }

    [Fact]
    public void Recommend_WithoutRanker_IsInTheOrderOfTheMerge()
    {
        var world = new GeneratedWorld(seed: 19);
        var request = new RecommendRequest { Count = 8, NowMs = GeneratedWorld.NowMs, Lambda = 1f, Effort = RankingEffort.WithoutRanker };
        foreach (var user in world.Users)
        {
            var merged = world.Engine.GatherExample(world.Model, user, [], GeneratedWorld.NowMs).CandidateRows;
            Assert.Equal(merged.Take(8), world.Engine.Recommend(world.Model, user, request).Items.Select(item => item.Row));
        }
    }

    [Fact]
    public void Recommend_Popular_IsWhatIsTrendingWhateverTheUserLikes()
    {
        var world = new GeneratedWorld(seed: 21);
        var request = new RecommendRequest { Count = 5, NowMs = GeneratedWorld.NowMs, Lambda = 1f, Effort = RankingEffort.Popular };
        var trending = new int[1024];
        trending = trending[..world.Statistics.Trending(trending)];
        foreach (var user in world.Users)
        {
            var expected = trending.Where(world.EligibleFor(user).Contains).Take(5).ToArray();
            var answer = world.Engine.Recommend(world.Model, user, request);
            Assert.Equal(expected, answer.Items.Select(item => item.Row).Take(expected.Length));
        }
    }

    [Fact]
    public void Recommend_WithReasons_IsMadeInFullWhateverTheEffort()
    {
        var world = new GeneratedWorld(seed: 23);
        var request = new RecommendRequest { Count = 8, NowMs = GeneratedWorld.NowMs, Explain = true };
        foreach (var user in world.Users)
        {
            var expected = Describe(world.Engine.Recommend(world.Model, user, request));
            Assert.All(
                Enum.GetValues<RankingEffort>(),
                effort => Assert.Equal(expected, Describe(world.Engine.Recommend(world.Model, user, request with { Effort = effort }))));
        }
    }

    [Fact]
    public void Recommend_ItemJustAdded_EntersAsANewItem()
    {
        var world = new GeneratedWorld(seed: 13);
        var row = world.Put(new ItemRecord { ItemId = "new", TimestampMs = GeneratedWorld.NowMs });
        var nobody = new UserContext { UserId = "nobody" };

        var answer = world.Engine.Recommend(
            ServingModel.ColdStart, nobody, new RecommendRequest { Count = 100, NowMs = GeneratedWorld.NowMs, Explain = true });

        var item = Assert.Single(answer.Items, item => item.Row == row);
        Assert.Contains(new SourcePosition(CandidateSource.NewItems, 1), item.Reasons!.Sources);
    }

    [Fact]
    public void Recommend_Explained_SharesAddUpToTheFoldInScore()
    {
        var world = new GeneratedWorld(seed: 15);
        var request = new RecommendRequest { Count = 10, NowMs = GeneratedWorld.NowMs, Explain = true };
        foreach (var user in world.Users.Where(u => u.History.Length > 0))
        {
            var embeddings = RecommendationEngine.EncodeInterest(world.Model, user.History)!.Embeddings;
            foreach (var item in world.Engine.Recommend(world.Model, user, request).Items)
            {
                var score = embeddings.Average(u => TensorPrimitives.Dot(u, world.Model.ItemVector(item.Row)));
                Assert.Equal(score, item.Reasons!.FoldInScore, 1e-4f);
                Assert.Equal(item.Reasons.FoldInScore, item.Reasons.Shares.Sum(share => share.Share), 1e-4f);

                // A history of disliked items, or of items without a vector, is no interest to explain.
                var knows = embeddings.Any(u => u.AsSpan().ContainsAnyExcept(0f));
                Assert.Equal(knows ? user.History.Length : 0, item.Reasons.Shares.Count);
            }
        }
    }

    [Fact]
    public void Recommend_ExplainedWithoutARanker_MovesAddUpToTheScore()
    {
        var world = new GeneratedWorld(seed: 17);
        var model = world.Bind(2, null);
        var request = new RecommendRequest { Count = 10, NowMs = GeneratedWorld.NowMs, Explain = true };
        foreach (var item in world.Users.SelectMany(user => world.Engine.Recommend(model, user, request).Items))
        {
            Assert.Equal(item.Score, item.Reasons!.Features.Sum(move => move.Move), 1e-4f);
        }
    }

    [Fact]
    public void Recommend_Explained_NamesTheRankInEachSource()
    {
        var world = new GeneratedWorld(seed: 19);
        var request = new RecommendRequest { Count = 100, NowMs = GeneratedWorld.NowMs, Explain = true };
        foreach (var user in world.Users)
        {
            var hits = world.Engine.SearchVectors(world.Model, user, CatalogShard.Whole, request);
            var answer = world.Engine.Recommend(world.Model, user, request, hits);
            var ranks = answer.Items
                .SelectMany(item => item.Reasons!.Sources.Select(source => (source.Source, source.Rank, item.Row)))
                .Where(x => x.Source == CandidateSource.Embedding).OrderBy(x => x.Rank);
            Assert.Equal(hits.Embedding.Select((hit, i) => (CandidateSource.Embedding, i + 1, hit.Row)), ranks);
            Assert.All(answer.Items, item => Assert.NotEmpty(item.Reasons!.Sources));
        }
    }

    private static void SampleWorlds(Action<GeneratedWorld, ServingModel, UserContext, RecommendRequest> check) =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 2], Requests).Sample(
            (seed, kind, request) =>
            {
                var world = new GeneratedWorld(seed);
                var model = kind switch { 0 => world.Model, 1 => world.Bind(2, null), _ => ServingModel.ColdStart };
                foreach (var user in world.Users)
                {
                    check(world, model, user, request);
                }
            },
            iter: 30);

    private static string Describe(EngineAnswer answer) => string.Join('\n', answer.Items.Select(item =>
        $"{item.ItemId} {item.Score} {item.Reasons!.FoldInScore} {string.Join(',', item.Reasons.Shares)} {string.Join(',', item.Reasons.Features)} {string.Join(',', item.Reasons.Sources)}"));
}
