namespace RecActors.Bench;

/// <summary>What a process takes in just after its start, while no user is active and no code is warm: all at once, as after an outage.</summary>
internal sealed class ColdBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private const double Even = 0;
    private const int WindowSlices = 30;
    private const int SlicesPerSecond = 10;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // What it asks for first are lists of items and users: no user acts and nothing is appended.
        var world = (await BenchWorld.ReadOrMakeUpAsync(target.Http, settings.Exponent, cancellationToken)).WithUsers("bench-", settings.Users, Even);
        var slices = new long[(int)Length.TotalSeconds * SlicesPerSecond];
        var started = time.GetTimestamp();
        var (tally, _) = await ClosedLoop.RunAsync(
            target.Server,
            [.. Enumerable.Range(0, settings.Connections).Select(seed => new ToldScript(new BatchScript(world, settings.Batch, settings.AsArray, seed), Count))],
            Length, time, cancellationToken);

        report.Line($"{settings.Users} users alike, {world.Items.Length} items; batches of {settings.Batch} actions, from the first moment on.");
        report.Line($"");
        report.Line($"| second | actions acknowledged |");
        report.Line($"|---|---|");
        for (var second = 0; second < 10; second++)
        {
            report.Line($"| {second + 1} | {slices.AsSpan(second * SlicesPerSecond, SlicesPerSecond).ToArray().Sum():N0} |");
        }

        var windows = Enumerable.Range(0, slices.Length - WindowSlices + 1).Select(from => slices.AsSpan(from, WindowSlices).ToArray().Sum());
        report.Line($"");
        report.Line($"The least over any 3 s: {windows.Min() * SlicesPerSecond / (double)WindowSlices:N0} actions a second; over all {Length.TotalSeconds} s {slices.Sum() / Length.TotalSeconds:N0}. {tally.Requests - tally.Answers} requests were not answered as asked.");

        void Count(WireAnswer answer)
        {
            var slice = (int)(time.GetElapsedTime(started).TotalSeconds * SlicesPerSecond);
            if (answer.Status is >= 200 and < 300 && slice < slices.Length)
            {
                Interlocked.Add(ref slices[slice], settings.Batch);
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
