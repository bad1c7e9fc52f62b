using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Feedback;
using RecActors.Health;
using RecActors.Hosting;

namespace RecActors.Users;

public sealed class UserDataEndpointsTests(ApiServer server)
{
    private readonly HttpClient _client = server.Client;

    [Fact]
    public async Task Export_User_HasTheProfileAndEveryActionAlsoThoseTakenBack()
    {
        await _client.PostAsync("/api/user", """{"UserId":"ud-1","Labels":{"a":"b"},"Comment":"known"}""");
        await _client.PostAsync("/api/feedback", """[{"FeedbackType":"like","UserId":"ud-1","ItemId":"ud-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Comment":"grand","Labels":["a"]}]""");
        await _client.SendAsync(HttpMethod.Delete, "/api/feedback/like/ud-1/ud-a");

        (await _client.ReadAsync("/api/user/ud-1/export")).Is(
            """{"User":{"UserId":"ud-1","Labels":{"a":"b"},"Comment":"known"},"Actions":[{"Operation":"Add","FeedbackType":"like","ItemId":"ud-a","Value":2,"Timestamp":"2026-01-30T08:00:00Z","Comment":"grand","Labels":["a"]},{"Operation":"Remove","FeedbackType":"like","ItemId":"ud-a","Value":0,"Timestamp":"2026-01-31T12:00:00Z","Comment":"","Labels":null}]}""");
        (await _client.ReadAsync("/api/user/ud-nobody/export")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Merge_AnonymousSession_MovesItsActionsOnceHoweverOftenItIsAsked()
    {
        await _client.PostAsync("/api/feedback", """
            [{"FeedbackType":"like","UserId":"ud-anonymous","ItemId":"ud-b","Value":2,"Labels":"tv"},{"FeedbackType":"like","UserId":"ud-2","ItemId":"ud-b","Value":1}]
            """);

        var kept = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous","Delete":false}""");
        var again = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous"}""");
        var over = await _client.PostAsync("/api/user/ud-2/merge", """{"From":"ud-anonymous"}""");

        Assert.Equal(["""{"RowAffected":1}""", """{"RowAffected":1}""", """{"RowAffected":0}"""], new[] { kept.Body, again.Body, over.Body });
        Assert.Equal(("2", "2"), (kept.Headers["X-User-Version"], again.Headers["X-User-Version"]));
        var merged = (await _client.ReadAsync("/api/feedback/like/ud-2/ud-b")).Json;
        Assert.Equal((3, "tv"), ((double)merged["Value"]!, (string)merged["Labels"]!));
        (await _client.ReadAsync("/api/user/ud-anonymous")).IsProblem(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Merge_OfASessionThatActsMeanwhile_LosesNothing()
    {
        var merging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acting = Task.Run(
            async () =>
            {
                for (var action = 0; action < 40; action++)
                {
                    await _client.PostAsync("/api/feedback", $$"""[{"FeedbackType":"like","UserId":"ud-busy","ItemId":"ud-c","Value":1,"EventId":"{{action}}","Timestamp":"2026-01-30T08:00:{{action:00}}Z"}]""");
                    if (action == 5)
                    {
                        merging.SetResult();
                    }
                }
            },
            TestContext.Current.CancellationToken);
        await merging.Task;
        var merges = 0;
        while (!acting.IsCompleted || merges < 2)
        {
            await _client.PostAsync("/api/user/ud-4/merge", """{"From":"ud-busy"}""");
            merges++;
        }

        await acting;
        await _client.PostAsync("/api/user/ud-4/merge", """{"From":"ud-busy"}""");
        Assert.Equal(40, (double)(await _client.ReadAsync("/api/feedback/like/ud-4/ud-c")).Json["Value"]!);
    }

    [Fact]
    public async Task Merge_OfASessionLongerThanIsRememberedThatActsMeanwhile_CountsNothingTwice()
    {
        const int Before = 300;
        using var folder = new TemporaryFolder();
        var stopped = TestContext.Current.CancellationToken;
        IGrainFactory grains = null!;
        var isFirst = 1;
        await using var cluster = await EmbeddedSilo.StartAsync(folder.Path, silo =>
        {
            silo.Configure<UserOptions>(options => options.RememberedEvents = 100);
            silo.AddIncomingGrainCallFilter(async call =>
            {
                // After everything was taken over, and before the session is deleted.
                if (call.InterfaceMethod.Name == nameof(IUserGrain.DeleteUnchangedAsync) && Interlocked.Exchange(ref isFirst, 0) == 1)
                {
                    await grains.GetGrain<IUserGrain>("session").AppendAsync(Likes(Before, 1), stopped);
                }

                await call.Invoke();
            });
        });
        grains = cluster.Client;
        await grains.GetGrain<IUserGrain>("session").AppendAsync(Likes(0, Before), stopped);
        await using var gateway = await ApiServer.StartAsync(grains, builder =>
            builder.Services.AddSingleton<IServingHealth>(new ApiServer.FixedHealth(new ServingHealth(true, true, 7))));
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.Single()) };

        var merged = await client.PostAsync("/api/user/ann/merge", """{"From":"session"}""");

        Assert.Equal(0, isFirst);
        Assert.Equal($$"""{"RowAffected":{{Before + 1}}}""", merged.Body);
        Assert.Equal(Before + 1, (double)(await client.ReadAsync("/api/feedback/like/ann/item")).Json["Value"]!);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"From":"ud-3"}""")]
    [InlineData("""{"From":"a/b"}""")]
    public async Task Merge_Nonsense_IsRefused(string body) =>
        Assert.Equal("From", (string)(await _client.PostAsync("/api/user/ud-3/merge", body)).IsProblem(HttpStatusCode.BadRequest).Fault["field"]!);

    private static FeedbackBatch Likes(int first, int count) => new(
        [.. Enumerable.Range(first, count).Select(action => new FeedbackAction(FeedbackOperation.Add, "like", "item", 1, 1_700_000_000_000 + action))]);

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("recactors-merge-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
