using RecActors.Processes;

namespace RecActors.Cluster;

/// <summary>Users that act and ask through all gateways of a cluster until they are told to stop, and then compare what is stored.</summary>
internal sealed class ClusterTraffic : IAsyncDisposable
{
    private const int Items = 40;
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly LoadBalancer _gateways;
    private readonly CheckedUser[] _users;
    private readonly Task _running;

    private ClusterTraffic(IEnumerable<ClusterNode> gateways, int users, bool isPatient)
    {
        string[] items = [.. Enumerable.Range(0, Items).Select(number => $"item-{number}")];
        _gateways = new LoadBalancer(gateways);
        _users = [.. Enumerable.Range(0, users).Select(number => new CheckedUser($"checked-{number}", _gateways, items, Report, isPatient))];
        _running = Task.WhenAll(_users.Select(user => user.RunAsync(Thinking, _stopping.Token)));
    }

    public TrafficReport Report { get; } = new();

    public IReadOnlyList<CheckedUser> Users => _users;

    /// <summary>Starts users; returns when each has been answered.</summary>
    /// <param name="gateways">Where they go, as far as it is ready.</param>
    /// <param name="users">How many.</param>
    /// <param name="isPatient">Whether they repeat what the API calls retryable; otherwise every failure counts.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<ClusterTraffic> StartAsync(IEnumerable<ClusterNode> gateways, int users, bool isPatient, CancellationToken cancellationToken)
    {
        var traffic = new ClusterTraffic(gateways, users, isPatient);
        traffic.Fault();
        await traffic.EveryUserAnsweredAsync(cancellationToken);
        return traffic;
    }

    /// <summary>Marks a fault; <see cref="EveryUserAnsweredAsync"/> then tells when every user has had an answer again.</summary>
    public void Fault() => Report.Fault();

    /// <summary>Waits until every user has been answered since the last fault.</summary>
    public async Task EveryUserAnsweredAsync(CancellationToken cancellationToken)
    {
        while (Report.AnsweredUsers < _users.Length)
        {
            Assert.False(_running.IsFaulted, $"{Report}\n{string.Join('\n', Report.Failures)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    /// <summary>Ends the traffic and checks that every acknowledged action is stored exactly once.</summary>
    public async Task<TrafficReport> FinishAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
        foreach (var user in _users)
        {
            await user.VerifyAsync(cancellationToken);
        }

        return Report;
    }

    /// <summary>The same, and nothing may have gone wrong.</summary>
    public async Task<TrafficReport> FinishWithoutFaultAsync(CancellationToken cancellationToken)
    {
        var report = await FinishAsync(cancellationToken);
        ClusterTests.Say(report.ToString());
        Assert.Empty(report.Failures);
        Assert.Empty(report.Stale);
        Assert.InRange(report.AdmittedlyStaleCount, 0, report.AnsweredCount / 20);
        Assert.Equal((0, 0), (report.LostCount, report.DoubledCount));
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        Array.ForEach(_users, user => user.Dispose());
        await _gateways.DisposeAsync();
        _stopping.Dispose();
    }
}
