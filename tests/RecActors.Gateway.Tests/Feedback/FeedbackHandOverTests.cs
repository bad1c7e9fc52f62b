using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Calls;
using RecActors.Failures;
using RecActors.Health;
using RecActors.Hosting;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>Users who live in the gateway's process are handed their actions; everybody else, and whoever fails, is called.</summary>
public sealed class FeedbackHandOverTests(ApiServer server)
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task Post_SomeUsersLiveHere_AreHandedTheirPartsAndTheOthersCalled(string type)
    {
        var intake = new FakeIntake("here");
        await using var gateway = await StartAsync(intake);
        using var client = ClientOf(gateway);
        var elsewhere = $"elsewhere-{type.Length}";
        string[] lines =
        [
            """{"FeedbackType":"read","UserId":"here-1","ItemId":"ho-a","EventId":"e1"}""",
            $$"""{"FeedbackType":"read","UserId":"{{elsewhere}}","ItemId":"ho-b"}""",
            """{"FeedbackType":"read","UserId":"here-2","ItemId":"ho-c","EventId":"e2"}""",
            """{"FeedbackType":"like","UserId":"here-1","ItemId":"ho-d","EventId":"e3"}""",
        ];

        var answer = await client.SendAsync(HttpMethod.Post, "/api/feedback", type == "application/json" ? $"[{string.Join(',', lines)}]" : string.Join('\n', lines), type);

        Assert.Equal(4, (int)answer.Json["RowAffected"]!);
        Assert.Equal(["here-1:e1,e3", "here-2:e2"], intake.Handed.Select(handed => $"{handed.UserId}:{string.Join(',', handed.Delivery.Batch.Actions.Select(action => action.EventId))}").Order());
        Assert.Equal(1, (await server.Grains.GetGrain<IUserGrain>(elsewhere).GetFeedbackAsync(new FeedbackFilter(), TestContext.Current.CancellationToken)).UserVersion);
        Assert.Equal(0, (await server.Grains.GetGrain<IUserGrain>("here-1").GetFeedbackAsync(new FeedbackFilter(), TestContext.Current.CancellationToken)).UserVersion);
    }

    [Fact]
    public async Task Post_HandedOver_IsAnsweredWithTheVersionOfTheReceipt()
    {
        await using var gateway = await StartAsync(new FakeIntake("here"));
        using var client = ClientOf(gateway);

        var answer = await client.PostAsync("/api/feedback", """[{"FeedbackType":"read","UserId":"here-3","ItemId":"ho-a"}]""");

        Assert.Equal("17", answer.Is("""{"RowAffected":1}""").Headers["X-User-Version"]);
    }

    [Fact]
    public async Task Post_ActorThatWasHandedItFails_IsCalledWithTheSameEventIds()
    {
        var intake = new FakeIntake("fails") { Outcome = new UnavailableException("Moved.") };
        await using var gateway = await StartAsync(intake);
        using var client = ClientOf(gateway);

        var answer = await client.PostAsync("/api/feedback", """[{"FeedbackType":"buy","UserId":"fails-1","ItemId":"ho-a","Value":1}]""");

        Assert.Equal("1", answer.Is("""{"RowAffected":1}""").Headers["X-User-Version"]);
        var repeated = await server.Grains.GetGrain<IUserGrain>("fails-1").AppendAsync(intake.Handed.Single().Delivery.Batch, TestContext.Current.CancellationToken);
        Assert.Equal(new FeedbackReceipt(1, 0), repeated);
    }

    [Fact]
    public async Task Post_ActorThatWasHandedItHangs_IsCalledAndTheLateOutcomeIsIgnored()
    {
        var intake = new FakeIntake("hangs") { Settles = false };
        await using var gateway = await StartAsync(intake, options => options.AttemptTimeout = TimeSpan.FromMilliseconds(100));
        using var client = ClientOf(gateway);

        var answer = await client.PostAsync("/api/feedback", """[{"FeedbackType":"buy","UserId":"hangs-1","ItemId":"ho-a","Value":1}]""");
        intake.Handed.Single().Delivery.Settle(default, new UnavailableException("Too late."));

        Assert.Equal("1", answer.Is("""{"RowAffected":1}""").Headers["X-User-Version"]);
    }

    [Fact]
    public async Task Post_ActorThatWasHandedItIsSlowAndRetriesAreUsedUp_IsWaitedFor()
    {
        var intake = new FakeIntake("slow") { Settles = false };
        await using var gateway = await StartAsync(intake, options =>
        {
            options.AttemptTimeout = TimeSpan.FromMilliseconds(50);
            (options.HungRetryReserve, options.HungRetryShare) = (0, 0);
        });
        using var client = ClientOf(gateway);

        var posted = client.PostAsync("/api/feedback", """[{"FeedbackType":"buy","UserId":"slow-1","ItemId":"ho-a","Value":1}]""");
        await intake.Arrived;
        await client.ReadAsync("/api/user/slow-1/feedback");
        intake.Handed.Single().Delivery.Settle(new FeedbackReceipt(23, 1), null);

        Assert.Equal("23", (await posted).Is("""{"RowAffected":1}""").Headers["X-User-Version"]);
        Assert.Single(intake.Handed);
    }

    [Fact]
    public async Task Post_ActorThatWasHandedItIsAtFault_Is503WithTheOutcomePerIndex()
    {
        var intake = new FakeIntake("broken") { Outcome = new InvalidOperationException("Broken.") };
        await using var gateway = await StartAsync(intake);
        using var client = ClientOf(gateway);

        var answer = await client.PostAsync("/api/feedback", """
            [{"FeedbackType":"buy","UserId":"broken-1","ItemId":"ho-a"},{"FeedbackType":"buy","UserId":"whole-1","ItemId":"ho-a"}]
            """);

        Assert.Equal(["unknown", "applied"], answer.IsProblem(HttpStatusCode.ServiceUnavailable).Json["outcomes"]!.AsArray().Select(outcome => (string)outcome!["outcome"]!));
    }

    [Fact]
    public async Task Post_MoreUsersThanAreHandedAtATime_AreHandedTheirPartsInSlices()
    {
        var intake = new FakeIntake("many") { Settles = false };
        await using var gateway = await StartAsync(intake, options => options.AttemptTimeout = TimeSpan.FromMinutes(1));
        using var client = ClientOf(gateway);
        const int Users = FeedbackIngest.MostHandedAtATime + 2;
        var body = $"[{string.Join(',', Enumerable.Range(0, Users).Select(user => $$"""{"FeedbackType":"read","UserId":"many-{{user}}","ItemId":"ho-a"}"""))}]";

        var posted = client.PostAsync("/api/feedback", body);
        await Eventually.HoldsAsync(() => Task.FromResult(intake.Handed.Count >= FeedbackIngest.MostHandedAtATime));
        var first = intake.Handed.ToList();
        foreach (var (_, delivery) in first)
        {
            // What comes before all of the slice are settled would be of the next.
            Assert.Equal(FeedbackIngest.MostHandedAtATime, intake.Handed.Count);
            delivery.Settle(intake.Receipt, null);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(intake.Handed.Count >= Users));
        foreach (var (_, delivery) in intake.Handed.Skip(first.Count))
        {
            delivery.Settle(intake.Receipt, null);
        }

        (await posted).Is($$"""{"RowAffected":{{Users}}}""");
        Assert.Equal(Users, intake.Handed.DistinctBy(handed => handed.UserId).Count());
    }

    [Fact]
    public async Task Post_ErasedUserWasHandedIt_SaysHowManyWereDropped()
    {
        var intake = new FakeIntake("gone") { Receipt = new FeedbackReceipt(0, 0, 1) };
        await using var gateway = await StartAsync(intake);
        using var client = ClientOf(gateway);

        var answer = await client.PostAsync("/api/feedback", """[{"FeedbackType":"buy","UserId":"gone-1","ItemId":"ho-a"}]""");

        answer.Is("""{"RowAffected":0,"Erased":1}""");
        Assert.DoesNotContain("X-User-Version", answer.Headers.Keys);
    }

    [Fact]
    public async Task Post_InARecordedTrace_IsACallWithItsSpans()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is GatewayMetrics.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        var intake = new FakeIntake("traced");
        await using var gateway = await StartAsync(intake);
        using var client = ClientOf(gateway);
        const string Body = """[{"FeedbackType":"buy","UserId":"traced-1","ItemId":"ho-a"}]""";

        var traced = await client.SendAsync(
            HttpMethod.Post, "/api/feedback", Body, headers: ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        Assert.Empty(intake.Handed);
        var other = await client.PostAsync("/api/feedback", Body);

        Assert.Equal(("1", "17"), (traced.Headers["X-User-Version"], other.Headers["X-User-Version"]));
    }

    private Task<WebApplication> StartAsync(FakeIntake intake, Action<GatewayOptions>? configure = null) => ApiServer.StartAsync(server.Grains, builder =>
    {
        builder.Services.AddSingleton<IServingHealth>(new ApiServer.FixedHealth(new ServingHealth(true, true, 7)));
        builder.Services.AddSingleton<IUserIntake>(intake);
        builder.Services.Configure(configure ?? (_ => { }));
    });

    private static HttpClient ClientOf(WebApplication gateway) => new() { BaseAddress = new Uri(gateway.Urls.Single()) };

    /// <summary>A process where the users live whose ids begin so.</summary>
    private sealed class FakeIntake(string prefix) : IUserIntake
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<(string UserId, IUserDelivery Delivery)> Handed { get; } = [];

        public Task Arrived => _arrived.Task;

        public bool Settles { get; init; } = true;

        public Exception? Outcome { get; init; }

        public FeedbackReceipt Receipt { get; init; } = new(17, 1);

        public bool TryHand(string userId, IUserDelivery delivery)
        {
            if (!userId.StartsWith(prefix, StringComparison.Ordinal))
            {
                return false;
            }

            Handed.Enqueue((userId, delivery));
            _arrived.TrySetResult();
            if (Settles)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ => delivery.Settle(Outcome is null ? Receipt : default, Outcome), null);
            }

            return true;
        }
    }
}
