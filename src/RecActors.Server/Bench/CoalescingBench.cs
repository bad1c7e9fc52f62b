namespace RecActors.Bench;

/// <summary>
/// What joining the waiting actions of a user is worth when some users act much more than others: the same load with it, and with a journal entry
/// for each action, one after the other of each user.
/// </summary>
internal sealed class CoalescingBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var without = await BenchTarget.StartAsync(
            settings.WithEnvironment("RecActors__Users__MaxActionsPerAppend", "1"), time, cancellationToken);
        var (joined, alone) = (new List<Measurement>(), new List<Measurement>());
        for (var round = -1; round < settings.Rounds; round++)
        {
            // Round -1 warms up.
            var length = round < 0 ? settings.WarmUp : settings.Length;
            joined.Add(await MeasureAsync(target, length, cancellationToken));
            alone.Add(await MeasureAsync(without, length, cancellationToken));
        }

        var (joint, single) = (Measurement.MedianOf(joined[1..]), Measurement.MedianOf(alone[1..]));
        report.Line($"{settings.Users} users by Zipf's law, batches of {settings.Batch} actions; without joining, each action is an append of its own, also of those that a batch has of one user.");
        report.Line($"");
        report.Columns();
        report.Row("each action appended alone", single, single);
        report.Row("waiting actions joined (to the row above)", joint, single);
    }

    private async Task<Measurement> MeasureAsync(BenchTarget server, TimeSpan length, CancellationToken cancellationToken)
    {
        var world = (await BenchWorld.ReadOrMakeUpAsync(server.Http, settings.Exponent, cancellationToken)).WithUsers("bench-", settings.Users, settings.Exponent);
        var batches = await new LoadMeter(server, time).OfServerAsync(
            address => ClosedLoop.RunAsync(
                address,
                [.. Enumerable.Range(0, settings.Connections).Select(seed => new BatchScript(world, settings.Batch, settings.AsArray, seed))],
                length, time, cancellationToken),
            cancellationToken);
        return Measurement.PerPart(batches, settings.Batch);
    }
}
