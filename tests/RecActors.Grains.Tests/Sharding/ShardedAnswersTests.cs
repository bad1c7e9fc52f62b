using RecActors.Hosting;
using RecActors.Items;
using RecActors.Ranking;

namespace RecActors.Sharding;

/// <summary>The two modes are asked the same questions about the same site.</summary>
public sealed class ShardedAnswersTests(SampleSite site) : IClassFixture<SampleSite>
{
    private const long NowMs = 1_700_000_000_000;

    /// <summary>Place in the vectors asked for.</summary>
    private const int FreshBeforeItCame = 2;

    private static readonly RecommendQuery[] Queries =
    [
        new() { Count = 20, TimestampMs = NowMs },
        new() { Count = 10, Offset = 5, Category = "Comedy", TimestampMs = NowMs },
        new() { Count = 10, Explain = true, TimestampMs = NowMs },
        new() { Count = 10, Lambda = 0.6f, TimestampMs = NowMs },
    ];

    [Fact]
    public async Task Answers_ThreeSilosFiveShards_EqualThoseOfTheReplicatedMode()
    {
        var sharded = await AskAsync(CatalogMode.Sharded);
        var replicated = await AskAsync(CatalogMode.Replicated);

        Assert.Equal(replicated.Recommendations.Count, sharded.Recommendations.Count);
        foreach (var (expected, actual) in replicated.Recommendations.Zip(sharded.Recommendations))
        {
            AssertEqual(expected, actual);
        }

        foreach (var (expected, actual) in replicated.Neighbors.Zip(sharded.Neighbors))
        {
            Assert.Equal(expected.Select(item => item.ItemId), actual.Select(item => item.ItemId));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
        }

        Assert.Equal(replicated.Vectors, sharded.Vectors);
        Assert.All(sharded.Vectors.Where((_, i) => i != FreshBeforeItCame), vector => Assert.NotEmpty(vector));
    }

    /// <summary>Asks about the site, before and after it has changed.</summary>
    private async Task<Answers> AskAsync(CatalogMode mode)
    {
        using var folder = site.Copy();
        await using var cluster = await ShardedCluster.StartAsync(mode, folder: folder.Path);
        await cluster.PromoteAsync(await cluster.PublishAsync(site.Bundle));
        var answers = new Answers([], [], []);
        await AskAsync(cluster, answers);
        await ChangeAsync(cluster, answers.Recommendations[0].Items[0].ItemId, answers.Recommendations[0].Items[1].ItemId);
        await AskAsync(cluster, answers);
        Assert.All(Enumerable.Range(0, 3), silo => Assert.Equal(
            mode == CatalogMode.Sharded, cluster.Service<Models.ModelHolder>(silo).Current.Vectors.Count == 0));
        return answers;
    }

    private async Task AskAsync(RecActorsCluster cluster, Answers answers)
    {
        foreach (var user in (IEnumerable<string>)["nobody", .. site.Users.Take(25)])
        {
            foreach (var query in Queries)
            {
                answers.Recommendations.Add(await Eventually.SucceedsAsync(() => cluster.User(user).RecommendAsync(query)));
            }
        }

        foreach (var item in (string[])["1", "318", "fresh-1", site.Bundle.ItemIds[77]])
        {
            answers.Neighbors.Add(await cluster.Grains.GetGrain<IItemListsGrain>(0).NeighborsAsync(item, new ItemListQuery(15)) ?? []);
            answers.Vectors.Add(await cluster.Item(item).GetFeatureVectorAsync());
        }
    }

    /// <summary>New films, and others that change, expire, hide or go.</summary>
    private static async Task ChangeAsync(RecActorsCluster cluster, string hidden, string deleted)
    {
        await cluster.Item("fresh-1").PutAsync(new Item { ItemId = "fresh-1", Categories = ["Comedy", "Romance"], TimestampMs = NowMs });
        await cluster.Item("fresh-2").PutAsync(new Item { ItemId = "fresh-2", Categories = ["Action"], TimestampMs = NowMs - 1 });
        await cluster.Item("fresh-3").PutAsync(new Item { ItemId = "fresh-3", Categories = ["Drama"], ExpiresAtMs = NowMs });
        await cluster.Item("fresh-1").PatchAsync(new ItemPatch { Categories = ["Comedy", "Crime"] });
        await cluster.Item(hidden).PatchAsync(new ItemPatch { IsHidden = true });
        await cluster.Item(deleted).DeleteAsync();
        await cluster.CatalogsFollowAsync();
    }

    private static void AssertEqual(RecommendationAnswer expected, RecommendationAnswer actual)
    {
        Assert.Equal(expected.Items.Select(item => (item.ItemId, item.Name)), actual.Items.Select(item => (item.ItemId, item.Name)));
        Assert.Equal((expected.UserVersion, expected.ModelVersion), (actual.UserVersion, actual.ModelVersion));
        foreach (var (one, other) in expected.Items.Zip(actual.Items))
        {
            Assert.Equal(one.Score, other.Score, 1e-5f);
            Assert.Equal(one.Explanation?.FoldInScore ?? 0, other.Explanation?.FoldInScore ?? 0, 1e-5f);
            Assert.Equal(
                one.Explanation?.Contributions.Select(action => action.ItemId), other.Explanation?.Contributions.Select(action => action.ItemId));
        }
    }

    private sealed record Answers(
        List<RecommendationAnswer> Recommendations, List<IReadOnlyList<ScoredItem>> Neighbors, List<IReadOnlyList<float>> Vectors);
}
