using RecActors.Catalog;
using RecActors.Failures;
using RecActors.Hosting;
using RecActors.Ranking;
using static RecActors.Hosting.RecActorsCluster;

namespace RecActors.Items;

public sealed class ItemGrainTests(SingleSilo silo) : IClassFixture<SingleSilo>
{
    private readonly RecActorsCluster _cluster = silo.Cluster;

    private IItemListsGrain Lists => _cluster.Grains.GetGrain<IItemListsGrain>(0);

    [Fact]
    public async Task Put_NewItem_IsListedHasNeighboursAndIsRecommendedAtOnce()
    {
        await _cluster.PutItemsAsync(Enumerable.Range(0, 5).Select(i => Film($"film-{i}", "noir")));

        await _cluster.Item("film-new").PutAsync(Film("film-new", "noir"));
        var neighbors = await Lists.NeighborsAsync("film-new", new ItemListQuery());
        var latest = await Lists.LatestAsync(new ItemListQuery(Category: "noir"));
        var answer = await _cluster.User("noir-lover").RecommendAsync(new RecommendQuery { Category = "noir" });

        Assert.Equal(5, neighbors!.Count);
        Assert.Contains(latest, item => item.ItemId == "film-new");
        Assert.Contains(answer.Items, item => item.ItemId == "film-new");
    }

    [Fact]
    public async Task Recommend_BrandNewUser_IsPersonalisedByTheFirstAction()
    {
        await _cluster.PutItemsAsync(new[] { "jazz", "rock" }.SelectMany(
            style => Enumerable.Range(0, 6).Select(i => new Item { ItemId = $"{style}-{i}", Categories = ["music"] })));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(u => _cluster.User($"listener-{u}").AppendAsync(
            Likes(Enumerable.Range(0, 5).Select(i => $"{(u % 2 == 0 ? "jazz" : "rock")}-{(i + u) % 6}")))));

        foreach (var style in new[] { "jazz", "rock" })
        {
            var user = _cluster.User($"newcomer-{style}");
            await user.AppendAsync(Likes($"{style}-0"));
            var answer = await user.RecommendAsync(new RecommendQuery { Count = 5, Category = "music" });

            Assert.All(answer.Items, item => Assert.StartsWith(style, item.ItemId, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Session_OfThreeItems_IsPersonalisedAndKeptNowhere()
    {
        await _cluster.PutItemsAsync(new[] { "north", "south" }.SelectMany(
            side => Enumerable.Range(0, 6).Select(i => new Item { ItemId = $"{side}-{i}", Categories = ["place"] })));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(u => _cluster.User($"traveller-{u}").AppendAsync(
            Likes(Enumerable.Range(0, 6).Select(i => $"{(u % 2 == 0 ? "north" : "south")}-{(i + u) % 6}")))));
        var head = await _cluster.StoredJournal.GetHeadAsync(default);

        var answer = await _cluster.Grains.GetGrain<ISessionGrain>(0).RecommendAsync(
            Likes("south-0", "south-1", "south-2"), new RecommendQuery { Count = 3, Category = "place" });

        Assert.Equal(3, answer.Items.Count);
        Assert.All(answer.Items, item => Assert.StartsWith("south", item.ItemId, StringComparison.Ordinal));
        Assert.Equal(head, await _cluster.StoredJournal.GetHeadAsync(default));
    }

    [Fact]
    public async Task Patch_Category_Delete_ChangeOnlyWhatTheySay()
    {
        var item = _cluster.Item("changing");
        Assert.False(await item.PatchAsync(new ItemPatch { Comment = "nothing there" }));
        await item.PutAsync(new Item { ItemId = "changing", Categories = ["a"], Comment = "first", TimestampMs = 5 });

        Assert.True(await item.PatchAsync(new ItemPatch { Comment = "second" }));
        Assert.True(await item.SetCategoryAsync("b", present: true));
        Assert.True(await item.SetCategoryAsync("a", present: false));
        await _cluster.DeactivateAsync(item);
        var known = await item.GetAsync();

        Assert.Equal(("second", 5L), (known!.Comment, known.TimestampMs));
        Assert.Equal(["b"], known.Categories);
        Assert.True(await item.DeleteAsync());
        Assert.Null(await item.GetAsync());
        Assert.False(await item.DeleteAsync());
        Assert.Null(await Lists.NeighborsAsync("changing", new ItemListQuery()));
    }

    [Fact]
    public async Task Put_AnotherOwnerHasWritten_IsRefusedAndWhatFollowsKeepsWhatItWrote()
    {
        var item = _cluster.Item("replaced");
        await item.PutAsync(new Item { ItemId = "replaced", Categories = ["a"] });
        await _cluster.Storage.Catalog.PutAsync(new ItemRecord { ItemId = "replaced", Categories = ["b"], Version = 2 }, default);

        await Assert.ThrowsAsync<UnavailableException>(() => item.PutAsync(new Item { ItemId = "replaced", Comment = "lost" }));
        Assert.True(await Eventually.SucceedsAsync(() => item.PatchAsync(new ItemPatch { Comment = "mine" })));

        var stored = await _cluster.Storage.Catalog.GetAsync("replaced", default);
        Assert.Equal(("mine", 3L), (stored!.Comment, stored.Version));
        Assert.Equal(["b"], stored.Categories);
    }

    [Fact]
    public async Task Get_AnotherOwnerHasWritten_ReadsTheStore()
    {
        await _cluster.Item("moved").PutAsync(new Item { ItemId = "moved", Comment = "old" });
        await _cluster.Storage.Catalog.PutAsync(new ItemRecord { ItemId = "moved", Comment = "new", Version = 2 }, default);

        Assert.Equal("new", (await _cluster.Item("moved").GetAsync())!.Comment);
    }

    [Fact]
    public async Task Lists_KnownLatestPopular_TellTheCatalogAsItIs()
    {
        await _cluster.PutItemsAsync(Enumerable.Range(1, 4).Select(
            i => new Item { ItemId = $"list-{i}", Categories = ["listed"], TimestampMs = i * 1000, IsHidden = i == 4 }));
        await _cluster.User("lister").AppendAsync(Likes("list-2"));

        var query = new ItemListQuery(Category: "listed");
        Assert.Equal(["list-1"], await Lists.KnownAsync(["list-1", "not-there"]));
        Assert.Equal(["list-3", "list-2", "list-1"], (await Lists.LatestAsync(query)).Select(item => item.ItemId));
        Assert.Equal(["list-2"], (await Lists.PopularAsync(query)).Select(item => item.ItemId));
        Assert.Equal(["list-1", "list-2"], (await Lists.ListAsync("list-0", 2)).Select(item => item.ItemId));
    }

    private static Item Film(string itemId, string category) =>
        new() { ItemId = itemId, Categories = [category], TimestampMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() };
}
