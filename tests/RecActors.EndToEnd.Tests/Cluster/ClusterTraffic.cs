using RecActors.Processes;

namespace RecActors.Cluster;

/// <summary>Users that act and ask through all gateways of a cluster until they are told to stop, and then compare what is stored.</summary>
internal sealed class ClusterTraffic : IAsyncDisposable
{
    private const int Items = 40;
    private const int Told = 10;
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ClusterNode[] _nodes;
    private readonly LoadBalancer _gateways;
    private readonly CheckedUser[] _users;
    private readonly Task[] _runs;

    private ClusterTraffic(IEnumerable<ClusterNode> gateways, int users, bool isPatient)
    {
        string[] items = [.. Enumerable.Range(0, Items).Select(number => $"item-{number}")];
        _nodes = [.. gateways];
        _gateways = new LoadBalancer(_nodes);
        _users = [.. Enumerable.Range(0, users).Select(number => new CheckedUser($"checked-{number}", _gateways, items, Report, isPatient))];
        _runs = [.. _users.Select(user => user.RunAsync(Thinking, _stopping.Token))];
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

    /// <summary>Waits until every user has been answered since the last fault; fails as soon as one of them has given up.</summary>
    public Task EveryUserAnsweredAsync(CancellationToken cancellationToken) => UntilAsync(
        () => Report.AnsweredUsers >= _users.Length,
        () => $"Not answered since the last fault: {Doing(_users.Where(user => !Report.HasAnswered(user.UserId)))}",
        cancellationToken);

    /// <summary>Waits until as many actions have been acknowledged in all; fails as soon as a user has given up.</summary>
    public Task AcknowledgedAsync(long count, CancellationToken cancellationToken) => UntilAsync(
        () => Report.AcknowledgedCount >= count, () => $"Not {count} actions acknowledged: {Doing(_users)}", cancellationToken);

    /// <summary>Waits until a user has had to try again; fails as soon as one has given up.</summary>
    public Task RetriedAsync(CancellationToken cancellationToken) => UntilAsync(
        () => Report.Retries.Count > 0, () => $"Nobody has had to try again: {Doing(_users)}", cancellationToken);

    /// <summary>Ends the traffic and checks that every acknowledged action is stored exactly once.</summary>
    public async Task<TrafficReport> FinishAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        EnsureNobodyGaveUp();
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
        await Task.WhenAll(_runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Array.ForEach(_users, user => user.Dispose());
        await _gateways.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task UntilAsync(Func<bool> holds, Func<string> why, CancellationToken cancellationToken)
    {
        while (!holds())
        {
            EnsureNobodyGaveUp();
            if (cancellationToken.IsCancellationRequested)
            {
                Fail(why());
            }

            await Task.Delay(Interval, CancellationToken.None);
        }

        EnsureNobodyGaveUp();
    }

    private static string Doing(IEnumerable<CheckedUser> users) => string.Join("; ", users.Select(user => user.Doing));

    /// <summary>A user that has failed asks no more, and would be waited for in vain.</summary>
    private void EnsureNobodyGaveUp()
    {
        var gaveUp = Array.FindIndex(_runs, run => run is { IsCompleted: true, IsCompletedSuccessfully: false });
        if (gaveUp >= 0)
        {
            // A request that ran out of its client's time cancels its user's run, which has no exception then.
            Fail(_runs[gaveUp].Exception is { } failure ? $"{failure.InnerException}" : $"Cancelled: {_users[gaveUp].Doing}");
        }
    }

    private void Fail(string why) => Assert.Fail(string.Join(
        '\n',
        [why, .. Report.Failures, $"{Report}", .. Report.Retries.TakeLast(Told), .. _nodes.SelectMany(node => node.Process.Output.Split('\n').TakeLast(Told).Prepend($"==== {node}"))]));
}
