using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Failures;
using RecActors.Hosting;

namespace RecActors.Calls;

public sealed class GrainCallsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The one does not succeed before another has that is begun later: who waits for the one first waits in vain.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForEachAsync_OneFailsOrHangs_GoesOnWithTheRestMeanwhile(bool hangs)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var calls = new GrainCalls(
            grains: null!,
            Options.Create(new GatewayOptions
            {
                AttemptTimeout = TimeSpan.FromMilliseconds(1),
                RetryDelay = TimeSpan.FromMilliseconds(1),
                MaxRetryDelay = TimeSpan.FromMilliseconds(10),
                MaxRetries = int.MaxValue,
                HungRetryShare = 0,
                HungRetryReserve = 0,
            }),
            new GatewayMetrics(services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System);
        using var deadline = new CancellationTokenSource(Deadline);
        var last = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var outcomes = new ConcurrentDictionary<string, Exception?>();

        await calls.ForEachAsync(
            ["first", "second", "third", "last"],
            degree: 2,
            (_, user) =>
            {
                if (user == "last")
                {
                    last.SetResult(user);
                }

                return user != "first" || last.Task.IsCompleted ? Task.FromResult(user)
                    : hangs ? last.Task
                    : Task.FromException<string>(new UnavailableException("Not before the last."));
            },
            (user, _, failure) => outcomes[user] = failure,
            deadline.Token);

        Assert.Equal(["first", "last", "second", "third"], outcomes.Keys.Order());
        Assert.All(outcomes.Values, Assert.Null);
    }

    /// <summary>Were the budget spent on who has gone away, nobody else's hung call would be tried again.</summary>
    [Fact]
    public async Task ForEachAsync_CallerHasGoneAway_LeavesTheRetriesOfHungCallsToOthers()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var calls = new GrainCalls(
            grains: null!,
            Options.Create(new GatewayOptions
            {
                AttemptTimeout = TimeSpan.FromMilliseconds(1),
                RetryDelay = TimeSpan.FromMilliseconds(1),
                HungRetryShare = 0,
                HungRetryReserve = 1,
            }),
            new GatewayMetrics(services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System);
        var never = new TaskCompletionSource<string>();
        using var aborted = new CancellationTokenSource();
        var failures = new ConcurrentBag<Exception?>();

        await calls.ForEachAsync(
            ["first", "second"],
            degree: 2,
            (_, user) =>
            {
                if (user == "second")
                {
                    aborted.Cancel();
                }

                return never.Task;
            },
            (_, _, failure) => failures.Add(failure),
            aborted.Token);
        using var deadline = new CancellationTokenSource(Deadline);
        var attempts = 0;
        var answer = await calls.RetryAsync(_ => Interlocked.Increment(ref attempts) == 1 ? never.Task : Task.FromResult("again"), deadline.Token);

        Assert.Equal("again", answer);
        Assert.Equal(2, failures.Count);
        Assert.All(failures, failure => Assert.IsAssignableFrom<OperationCanceledException>(failure));
    }

    /// <summary>What Orleans itself says while silos come and go, of which much has no type of its own.</summary>
    public static TheoryData<Exception> FailuresOfSilosThatComeAndGo =>
    [
        new OrleansException("Current directory at S1 is not stable to perform the lookup for grainId user/u (it maps to S2, which is not a valid silo). Retry later."),
        new OrleansException("Trying to register user/u on invalid silo: S2. Known status: Dead"),
        new OrleansException("Silo S1 is not owner of user/u, cannot forward LookUpAsync to owner S2 because hop limit is reached"),
        new OrleansException("No active nodes are compatible with grain user and interface IUserGrain version 0."),
        new SiloUnavailableException(),
        new ObjectDisposedException("IServiceProvider"),
        new ArgumentException("Could not find an implementation for interface RecActors.Users.IUserGrain"),
    ];

    [Theory]
    [MemberData(nameof(FailuresOfSilosThatComeAndGo))]
    public async Task InvokeAsync_SilosComeAndGo_TriesAgain(Exception failure)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var calls = new GrainCalls(
            grains: null!,
            Options.Create(new GatewayOptions { Deadline = Deadline, RetryDelay = TimeSpan.FromMilliseconds(1) }),
            new GatewayMetrics(services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System);
        var attempts = 0;

        var answer = await calls.InvokeAsync(
            _ => ++attempts == 1 ? Task.FromException<string>(failure) : Task.FromResult("again"), TestContext.Current.CancellationToken);

        Assert.Equal(("again", 2), (answer, attempts));
    }

    /// <summary>What a wrong program says, of which Orleans may make a type of its own on the way.</summary>
    public static TheoryData<Exception> FailuresOfTheProgram => [new ArgumentException("This is no cursor."), Wrapped(new ArgumentException("This is no cursor."))];

    /// <summary>The next attempt says the same.</summary>
    [Theory]
    [MemberData(nameof(FailuresOfTheProgram))]
    public async Task InvokeAsync_FailureOfTheProgram_IsThrownAtOnce(Exception failure)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var calls = new GrainCalls(
            grains: null!, Options.Create(new GatewayOptions()), new GatewayMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
        var attempts = 0;

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => calls.InvokeAsync(
            _ => ++attempts > 0 ? Task.FromException<string>(failure) : Task.FromResult(""), TestContext.Current.CancellationToken));

        Assert.Same(failure, thrown);
        Assert.Equal(1, attempts);
    }

    private static WrappedException Wrapped(Exception failure) => Assert.Throws<WrappedException>(() => WrappedException.CreateAndRethrow(failure));
}
