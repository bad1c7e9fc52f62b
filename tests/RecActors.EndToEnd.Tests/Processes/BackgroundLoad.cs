using System.Globalization;
using System.Net;
using RecActors.Bench;

namespace RecActors.Processes;

/// <summary>
/// The load of <c>recactors bench</c> on a server that a test is about, from its readiness to its end, by users whom no test names: for whoever runs tests
/// with <c>RECACTORS_TEST_LOAD</c> requests a second (<c>tests/loaded</c>). A fifth of it are actions, which are durable as all are; they dislike, so that
/// the statistics of items, and with them the answers that tests expect, stay as they are.
/// </summary>
internal sealed class BackgroundLoad : IAsyncDisposable
{
    private const string Variable = "RECACTORS_TEST_LOAD";
    private const int Users = 5_000;
    private const int Connections = 500;
    private const double Zipf = 1, ActionShare = 0.2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly double PerSecond = double.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var rate) ? rate : 0;

    private readonly CancellationTokenSource _ending = new();
    private readonly OpenLoop _loop;
    private readonly Task _running;
    private readonly long _started = TimeProvider.System.GetTimestamp();

    private BackgroundLoad(Uri address, BenchWorld world)
    {
        _loop = new OpenLoop(
            new IPEndPoint(IPAddress.Loopback, address.Port), seed => new VisitorScript(world, ActionShare, seed), new OpenLoopLimits(Connections, Patience), TimeProvider.System);
        _running = _loop.RunAsync(PerSecond, Longest, _ending.Token);
    }

    /// <summary>Begins, where it is asked for; else null.</summary>
    public static async Task<BackgroundLoad?> BeginAsync(Uri address, CancellationToken cancellationToken)
    {
        if (PerSecond <= 0)
        {
            return null;
        }

        using var http = new HttpClient { BaseAddress = address };
        var world = await BenchWorld.ReadAsync(http, Zipf, cancellationToken);
        return new BackgroundLoad(address, world.WithUsers("load-", Users, Zipf) with { FeedbackType = "skip" });
    }

    /// <summary>Ends it, and tells what became of it.</summary>
    public async ValueTask DisposeAsync()
    {
        var took = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var tally = _loop.Tally;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"beside it: {tally.Answers / took:F0} of {PerSecond:F0} requests a second answered over {took:F1} s, p50 {tally.Percentile(50):F1} ms, p99 {tally.Percentile(99):F1} ms, {tally.Shed} refused, {tally.Unanswered} unanswered (the server had ended), {tally.Errors} errors"));
        Assert.Equal(0, tally.Errors);
        _loop.Dispose();
        _ending.Dispose();
    }
}
