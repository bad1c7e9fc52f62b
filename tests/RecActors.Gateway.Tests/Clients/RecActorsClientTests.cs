using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Items;
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
        Assert.True(await client.DeleteUserAsync(transport, None));
        Assert.False(await client.DeleteUserAsync(transport, None));
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
