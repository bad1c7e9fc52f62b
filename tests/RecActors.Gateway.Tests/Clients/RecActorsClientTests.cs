using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Feedback;
using RecActors.Filters;
using RecActors.Hosting;
using RecActors.Items;
using RecActors.Ranking;
using RecActors.Users;

namespace RecActors.Clients;

/// <summary>Both clients do the same, on a real cluster and a real gateway.</summary>
public sealed class RecActorsClientTests(ApiServer server)
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("orleans")]
    [InlineData("http")]
    public async Task EveryCall_OnARealServer_DoesWhatItSays(string transport)
    {
        await using var services = Services(transport);
        var client = services.GetRequiredService<IRecActorsClient>();
        foreach (var item in "abc")
        {
            await client.PutItemAsync(new Item { ItemId = $"{transport}-{item}", Categories = [transport], LabelsJson = """{"size":1}""" }, None);
        }

        var version = await client.ActAsync(transport, [new(FeedbackOperation.Add, "like", $"{transport}-a", 1, 0)], None);
        var answer = await client.RecommendAsync(transport, new() { Category = transport, MinimumUserVersion = version }, None);
        var session = await client.RecommendToSessionAsync([new(FeedbackOperation.Add, "like", $"{transport}-b", 1, 0)], new() { Category = transport }, None);

        Assert.Equal((1, 1), (version, answer.UserVersion));
        Assert.Equal([$"{transport}-b", $"{transport}-c"], answer.Items.Select(item => item.ItemId).Order(StringComparer.Ordinal));
        Assert.Equal([$"{transport}-a", $"{transport}-c"], session.Items.Select(item => item.ItemId).Order(StringComparer.Ordinal));
        Assert.Contains($"{transport}-c", (await client.NeighborsAsync($"{transport}-a", 10, None)).Select(item => item.ItemId));
        Assert.Empty(await client.NeighborsAsync("never heard of", 10, None));
        Assert.Empty(await client.TrendingAsync("1h", 10, transport, None));
        Assert.Contains("2h", (await Assert.ThrowsAsync<RecActorsException>(() => client.TrendingAsync("2h", 10, null, None))).Message, StringComparison.Ordinal);
        Assert.True(await client.DeleteUserAsync(transport, None));
        Assert.False(await client.DeleteUserAsync(transport, None));
    }

    [Theory]
    [InlineData("orleans")]
    [InlineData("http")]
    public async Task RecommendAsync_WithPredicatesBoostsAndCaps_IsTheSameByEitherWay(string transport)
    {
        await using var services = Services(transport);
        var client = services.GetRequiredService<IRecActorsClient>();
        foreach (var i in Enumerable.Range(0, 6))
        {
            var item = new Item { ItemId = $"p{transport}-{i}", Categories = ["p" + transport, i % 2 == 0 ? "even" : "odd"], LabelsJson = $$"""{"size":{{i}},"maker":"m{{i}}"}""" };
            await client.PutItemAsync(item, None);
        }

        var query = new RecommendQuery
        {
            Category = "p" + transport,
            Where = new ItemPredicate(
            [
                new(FilterOperation.Items, Values: [$"p{transport}-0"]),
                new(FilterOperation.Not),
                new(FilterOperation.Range, "size", To: 4),
                new(FilterOperation.Label, "maker", ["m5"]),
                new(FilterOperation.Or, Operands: 2),
                new(FilterOperation.And, Operands: 2),
            ]),
            Boosts = [new(new ItemPredicate([new(FilterOperation.Category, "odd")]), 2f), new(new ItemPredicate([new(FilterOperation.Label, "maker", ["m4"])]), 1.5f)],
            Caps = [new("odd", 2)],
            Explain = true,
        };
        var items = (await client.RecommendAsync("p" + transport, query, None)).Items;

        Assert.Equal(4, items.Count);
        Assert.Equal(2, items.Count(item => item.ItemId[^1] is '1' or '3' or '5'));
        Assert.Equal($"p{transport}-4", items[2].ItemId);
        Assert.All(items, item => Assert.NotEmpty(item.Explanation!.Sources));
        Assert.Equal(6, (await client.RecommendAsync("p" + transport, new() { Category = "p" + transport, Exploration = 1, Explain = true }, None)).Items.Count(item => item.Propensity > 0));
        Assert.Empty((await client.RecommendAsync("p" + transport, new() { Category = "p" + transport, Collaborative = true }, None)).Items);
    }

    [Fact]
    public async Task ActAsync_SameEventId_CountsOnce()
    {
        await using var services = Services("orleans");
        var client = services.GetRequiredService<IRecActorsClient>();
        FeedbackAction[] action = [new(FeedbackOperation.Add, "like", "cl-a", 1, 0, "once")];

        Assert.Equal(1, await client.ActAsync("cl-1", action, None));
        Assert.Equal(1, await client.ActAsync("cl-1", action, None));
    }

    [Fact]
    public async Task Call_RefusedByTheServer_SaysWhyAndIsNotRepeated()
    {
        await using var services = Services("http");

        var refusal = await Assert.ThrowsAsync<RecActorsException>(() => services.GetRequiredService<IRecActorsClient>()
            .ActAsync("cl-2", [new(FeedbackOperation.Add, "a/b", "cl-a", 1, 0)], None));

        Assert.False(refusal.IsTransient);
        Assert.Contains("FeedbackType", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithoutAServer_FailsAsTransientWithinItsDeadlineAndIsTraced()
    {
        var traced = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClientCalls.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = traced.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var services = Empty()
            .AddRecActorsHttpClient(new Uri("http://127.0.0.1:1"), configure: options => (options.MaxRetries, options.RetryDelay) = (2, TimeSpan.FromMilliseconds(1)))
            .BuildServiceProvider();

        var failure = await Assert.ThrowsAsync<RecActorsException>(() => services.GetRequiredService<IRecActorsClient>().RecommendAsync("cl-3", null, None));

        Assert.True(failure.IsTransient);
        Assert.Contains(traced, activity => activity is { OperationName: "recommend", Status: ActivityStatusCode.Error });
    }

    [Fact]
    public async Task Call_Cancelled_EndsAsCancelled()
    {
        await using var services = Services("http");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => services.GetRequiredService<IRecActorsClient>().RecommendAsync("cl-4", null, cancelled.Token));
    }

    private static IServiceCollection Empty() => new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());

    private ServiceProvider Services(string transport)
    {
        var services = Empty();
        return transport == "http"
            ? services.AddRecActorsHttpClient(server.Client.BaseAddress!, "a key").BuildServiceProvider()
            : services.AddSingleton(server.Grains).AddRecActorsClient().BuildServiceProvider();
    }
}
