namespace RecActors.Bench;

/// <summary>What a process does just after its start, while no user is active and no code is warm: all at once, as after an outage.</summary>
internal sealed class ColdBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private const double Even = 0;
    private const int WindowSlices = 30;
    private const int SlicesPerSecond = 10;
    private const int Seconds = 30;

    public Task RunAsync(CancellationToken cancellationToken) => settings.ColdMix ? MixAsync(cancellationToken) : BatchesAsync(cancellationToken);

    private async Task BatchesAsync(CancellationToken cancellationToken)
    {
        // What it asks for first are lists of items and users: no user acts and nothing is appended.
        var world = (await BenchWorld.ReadOrMakeUpAsync(target.Http, settings.Exponent, cancellationToken)).WithUsers("bench-", settings.Users, Even);
        report.Line($"{settings.Users} users alike, {world.Items.Length} items; batches of {settings.Batch} actions, from the first moment on.");
        await MeasureAsync(seed => new BatchScript(world, settings.Batch, settings.AsArray, seed), perAnswer: settings.Batch, "actions acknowledged", cancellationToken);
    }

    private async Task MixAsync(CancellationToken cancellationToken)
    {
        var world = await BenchWorld.ReadAsync(target.Http, settings.Exponent, cancellationToken);
        report.Line($"{world.Users.Length} users, {world.Items.Length} items; of the mix {settings.ActionShare:P0} are actions, from the first moment on.");
        await MeasureAsync(seed => new VisitorScript(world, settings.ActionShare, seed), perAnswer: 1, "answers", cancellationToken);
    }

    private async Task MeasureAsync(Func<int, IRequestScript> scriptOf, int perAnswer, string unit, CancellationToken cancellationToken)
    {
        var slices = new long[Seconds * SlicesPerSecond];
        var started = time.GetTimestamp();
        var (tally, _) = await ClosedLoop.RunAsync(
            target.Server, [.. Enumerable.Range(0, settings.Connections).Select(seed => new ToldScript(scriptOf(seed), Count))], TimeSpan.FromSeconds(Seconds), time, cancellationToken);

        report.Line($"");
        report.Line($"| second | {unit} |");
        report.Line($"|---|---|");
        for (var second = 0; second < Seconds; second++)
        {
            report.Line($"| {second + 1} | {slices.AsSpan(second * SlicesPerSecond, SlicesPerSecond).ToArray().Sum():N0} |");
        }

        var windows = Enumerable.Range(0, slices.Length - WindowSlices + 1).Select(from => slices.AsSpan(from, WindowSlices).ToArray().Sum());
        report.Line($"");
        report.Line($"The least over any 3 s: {windows.Min() * SlicesPerSecond / (double)WindowSlices:N0} {unit} a second; over all {Seconds} s {slices.Sum() / (double)Seconds:N0}. {tally.Requests - tally.Answers} requests were not answered as asked.");

        void Count(WireAnswer answer)
        {
            var slice = (int)(time.GetElapsedTime(started).TotalSeconds * SlicesPerSecond);
            if (answer.Status is >= 200 and < 300 && slice < slices.Length)
            {
                Interlocked.Add(ref slices[slice], perAnswer);
            }
        }
    }

    /// <summary>A script that tells somebody else of its answers, too.</summary>
    private sealed class ToldScript(IRequestScript script, Action<WireAnswer> told) : IRequestScript
    {
        public ReadOnlyMemory<byte> Next() => script.Next();

        public void Answered(WireAnswer answer)
        {
            script.Answered(answer);
            told(answer);
        }
    }
}
