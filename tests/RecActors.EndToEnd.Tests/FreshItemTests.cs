using RecActors.Api;
using RecActors.Processes;

namespace RecActors;

public sealed class FreshItemTests(TrainedSample sample)
{
    [Fact]
    public async Task Item_JustPosted_IsRecommendedAndHasNeighbours()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        await using var server = await ServerProcess.ServeAsync(folder.Path, token);
        using var site = new ApiClient(server.Address);

        Assert.Empty(await site.GetAsync<string[]>("/api/recommend/1?n=5&category=premiere", token));
        await site.PostAsync<object>("/api/item", new
        {
            ItemId = "brand-new",
            Categories = new[] { "Sci-Fi", "Adventure", "premiere" },
            Timestamp = DateTimeOffset.UtcNow.ToString("O"),
            Comment = "Brand New (2026)",
        }, token);

        // The very next questions: nobody waits, and nobody asks twice.
        var neighbours = await site.GetAsync<ScoredJson[]>("/api/item/brand-new/neighbors?n=10", token);
        Assert.Equal(10, neighbours.Length);
        Assert.DoesNotContain(neighbours, neighbour => neighbour.Id == "brand-new");
        var retrieved = await site.GetAsync<string[]>("/api/recommend/1?n=5&category=premiere", token);
        Assert.Equal(["brand-new"], retrieved);
    }

    [Fact]
    public async Task User_NeverSeenBefore_IsPersonalisedByTheFirstAction()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        await using var server = await ServerProcess.ServeAsync(folder.Path, token);
        using var site = new ApiClient(server.Address);
        var before = await site.RecommendAsync("newcomer", 10, token);

        // Toy Story (1995) for one, Alien (1979) for the other.
        await site.PostFeedbackAsync(token, new FeedbackJson("like", "newcomer", "1"));
        await site.PostFeedbackAsync(token, new FeedbackJson("like", "other", "1214"));
        var after = await site.RecommendAsync("newcomer", 10, token);
        var other = await site.RecommendAsync("other", 10, token);

        Assert.Equal(1, after.UserVersion);
        Assert.NotEqual(before.Items.Select(item => item.Id), after.Items.Select(item => item.Id));
        Assert.NotEqual(other.Items.Select(item => item.Id), after.Items.Select(item => item.Id));
    }

    [Fact]
    public async Task Session_OfThreeItems_IsPersonalised()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await sample.CopyAsync(token);
        await using var server = await ServerProcess.ServeAsync(folder.Path, token);
        using var site = new ApiClient(server.Address);

        var animation = await SessionAsync(site, token, "1", "588", "595");
        var horror = await SessionAsync(site, token, "1214", "1200", "1387");

        Assert.Equal(10, animation.Length);
        Assert.NotEqual(animation, horror);
        Assert.DoesNotContain(animation, item => item is "1" or "588" or "595");
    }

    private static async Task<string[]> SessionAsync(ApiClient site, CancellationToken cancellationToken, params string[] items)
    {
        var session = items.Select(item => new { FeedbackType = "read", UserId = "", ItemId = item }).ToArray();
        var answer = await site.PostAsync<ScoredJson[]>("/api/session/recommend?n=10", session, cancellationToken);
        return [.. answer.Select(item => item.Id)];
    }
}
