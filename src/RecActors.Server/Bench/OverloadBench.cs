using System.Globalization;

namespace RecActors.Bench;

/// <summary>
/// Three times as much as a server can do, for a minute: what it refuses, how long what it lets in takes, whether it keeps what it
/// acknowledged, and how soon it is itself again.
/// </summary>
internal sealed class OverloadBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private const int OpenConnections = 2000;
    private const double NormalShare = 0.5, OverloadFactor = 3;

    /// <summary>Recovered: nothing refused, and the slowest percent no slower than so many times as before the overload.</summary>
    private const double RecoveredFactor = 2;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MostRecovery = TimeSpan.FromSeconds(30);

    private readonly LoadMeter _meter = new(target, time);
    private readonly OpenLoopMeter _open = new(target, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var world = await BenchWorld.ReadAsync(target.Http, settings.Exponent, cancellationToken);
        var outcomes = new ActionOutcomes(world.Users.Length);
        report.Line($"{world.Users.Length} users, {world.Items.Length} items; of the mix {settings.ActionShare:P0} are actions.");
        report.Line($"");
        await ClosedAsync(world, settings.WarmUp, cancellationToken);
        var peak = await _meter.OfServerAsync(_ => ClosedAsync(world, settings.Length, cancellationToken), cancellationToken);
        using var open = new OpenLoop(
            target.Server, seed => new CountedVisitorScript(world, settings.ActionShare, outcomes, seed), OpenLoopLimits.Usual with { Connections = OpenConnections }, time);
        await open.RunAsync(peak.Rate * NormalShare, settings.Length, cancellationToken);
        var before = await VersionsAsync(world, cancellationToken);
        outcomes.Clear();

        report.Columns();
        report.Row("peak, closed loop", peak);
        var normal = await MeasureAsync(open, peak.Rate * NormalShare, settings.Length * 2);
        report.Row("half the peak, open loop", normal.Measured);
        var overload = await MeasureAsync(open, peak.Rate * OverloadFactor, settings.Overload);
        report.Row("three times the peak, open loop", overload.Measured);
        var recovery = await RecoverAsync(open, peak.Rate * NormalShare, normal.Tally.Percentile(99), cancellationToken);
        var after = await MeasureAsync(open, peak.Rate * NormalShare, settings.Length * 2);
        report.Row("half the peak, after it", after.Measured);

        var tally = overload.Tally;
        report.Line($"");
        report.Line($"Of {tally.Requests:N0} requests in {settings.Overload.TotalSeconds} s of overload {tally.Shed:N0} were refused with 429 or 503 ({tally.Shed / (double)tally.Requests:P1}), {tally.Unanswered:N0} not answered, {tally.Errors:N0} answered otherwise; {tally.Degraded:N0} of {tally.Answers:N0} answers say that they were made with less.");
        Split("half the peak", normal.Tally);
        Split("three times the peak", tally);
        Processors("half the peak", normal);
        Processors("three times the peak", overload);
        report.Line($"Refusals took p50 {tally.PercentileOfRefusals(50):F1} ms, p99 {tally.PercentileOfRefusals(99):F1} ms from when they were sent.");
        report.Line($"p99 of answers to that at half the peak: {tally.Percentile(99) / normal.Tally.Percentile(99):F1} times since due, {tally.PercentileSinceSent(99) / normal.Tally.PercentileSinceSent(99):F1} since they could be sent, {tally.PercentileInServer(99) / normal.Tally.PercentileInServer(99):F1} in the server.");
        report.Line($"Recovered (nothing refused, p99 at most {RecoveredFactor} times as before, over half a second): {(recovery is { } took ? took.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s" : "not within 30 s")}.");
        Verify(outcomes, before, await VersionsAsync(world, cancellationToken));

        void Split(string name, LoadTally of) => report.Line(
            $"Answers at {name}, p50 / p99: {of.Percentile(50):F1} / {of.Percentile(99):F1} ms since they were due, {of.PercentileSinceSent(50):F1} / {of.PercentileSinceSent(99):F1} since they could be sent, {of.PercentileInServer(50):F1} / {of.PercentileInServer(99):F1} in the server.");

        void Processors(string name, Phase of) => report.Line(
            $"Processors of {Environment.ProcessorCount} at {name}: {of.Use.Server / of.Took:F2} by the server, {of.Use.Self / of.Took:F2} by this load.");

        Task<Phase> MeasureAsync(OpenLoop loop, double rate, TimeSpan length) => _open.OfServerAsync(loop, rate, length, cancellationToken);
    }

    private Task<(LoadTally Tally, TimeSpan Took)> ClosedAsync(BenchWorld world, TimeSpan length, CancellationToken cancellationToken) => ClosedLoop.RunAsync(
        target.Server,
        [.. Enumerable.Range(0, settings.Connections).Select(seed => new VisitorScript(world, settings.ActionShare, seed))],
        length, time, cancellationToken);

    /// <summary>The time from the end of the overload to the beginning of the first slice that is as before; null when none is.</summary>
    private async Task<TimeSpan?> RecoverAsync(OpenLoop open, double rate, double normalP99, CancellationToken cancellationToken)
    {
        var ended = time.GetTimestamp();
        while (time.GetElapsedTime(ended) is var since && since < MostRecovery)
        {
            var slice = await open.RunAsync(rate, Slice, cancellationToken);
            if (slice.Shed == 0 && slice.Unanswered == 0 && slice.Percentile(99) <= RecoveredFactor * normalP99)
            {
                return since;
            }
        }

        return null;
    }

    private void Verify(ActionOutcomes outcomes, long[] before, long[] after)
    {
        var (acknowledged, lost, beyond) = (0L, 0L, 0L);
        for (var user = 0; user < before.Length; user++)
        {
            var kept = after[user] - before[user];
            acknowledged += outcomes.Acknowledged(user);
            lost += Math.Max(0, outcomes.Acknowledged(user) - kept);
            beyond += Math.Max(0, kept - outcomes.Acknowledged(user) - outcomes.Unknown(user));
        }

        report.Line($"{acknowledged:N0} actions acknowledged since before the overload: {lost:N0} lost, {beyond:N0} more kept than sent, by every user's version.");
    }

    /// <summary>
    /// The number of actions that each user's journal holds. Asked for by the visitors' own question: the answer to another one would take the place of
    /// theirs in memory, and what is measured next would begin with making them all anew.
    /// </summary>
    private async Task<long[]> VersionsAsync(BenchWorld world, CancellationToken cancellationToken)
    {
        var versions = new long[world.Users.Length];
        for (var user = 0; user < versions.Length; user++)
        {
            var path = System.Text.Encoding.ASCII.GetString(world.Users[user].InPath);
            using var answer = await target.Http.GetAsync(new Uri($"api/recommend/{path}?n=10", UriKind.Relative), cancellationToken);
            answer.EnsureSuccessStatusCode();
            versions[user] = long.Parse(answer.Headers.GetValues("X-User-Version").Single(), CultureInfo.InvariantCulture);
        }

        return versions;
    }
}

/// <summary>What became of every user's actions. Thread-safe.</summary>
internal sealed class ActionOutcomes(int users)
{
    private readonly long[] _acknowledged = new long[users];
    private readonly long[] _unknown = new long[users];

    public long Acknowledged(int user) => Volatile.Read(ref _acknowledged[user]);

    /// <summary>Refused half-way or never answered: they may be kept or not.</summary>
    public long Unknown(int user) => Volatile.Read(ref _unknown[user]);

    public void Add(int user, WireAnswer answer) => Interlocked.Increment(ref (answer.Status is >= 200 and < 300 ? _acknowledged : _unknown)[user]);

    public void Clear()
    {
        Array.Clear(_acknowledged);
        Array.Clear(_unknown);
    }
}

/// <summary><see cref="VisitorScript"/>, with a count of what became of the actions.</summary>
internal sealed class CountedVisitorScript(BenchWorld world, double actionShare, ActionOutcomes outcomes, int seed) : IRequestScript
{
    private readonly VisitorRequests _requests = new(world);
    private readonly Random _random = new(seed);
    private int? _acting;

    public ReadOnlyMemory<byte> Next()
    {
        var user = world.UserChoice.Next(_random);
        if (_random.NextDouble() < actionShare)
        {
            _acting = user;
            return _requests.Action(user, world.ItemChoice.Next(_random));
        }

        _acting = null;
        return _requests.Question(user);
    }

    public void Answered(WireAnswer answer)
    {
        if (_acting is { } user)
        {
            outcomes.Add(user, answer);
        }
    }
}
