namespace RecActors.Bench;

/// <summary>
/// Takes in millions of actions, tells the rate of each million, which should not fall as the journals grow, and what the store holds an action in.
/// </summary>
internal sealed class FillBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private const double Even = 0;
    private const long Million = 1_000_000;

    private readonly LoadMeter _meter = new(target, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var world = (await BenchWorld.ReadOrMakeUpAsync(target.Http, settings.Exponent, cancellationToken)).WithUsers("bench-", settings.Users, Even);
        IRequestScript[] scripts = [.. Enumerable.Range(0, settings.Connections).Select(seed => new BatchScript(world, settings.Batch, settings.AsArray, seed))];
        report.Line($"{settings.Users} users alike, {world.Items.Length} items; batches of {settings.Batch} actions.");
        report.Line($"");
        await ClosedLoop.RunAsync(target.Server, scripts, settings.WarmUp, time, cancellationToken);
        var stored = await target.StoredBytesAsync();

        report.Columns();
        var first = default(Measurement);
        var written = 0L;
        for (var million = 1; million <= settings.Millions; million++)
        {
            var batches = await _meter.OfServerAsync(
                server => ClosedLoop.RunAsync(server, scripts, Million / settings.Batch, time, cancellationToken), cancellationToken);
            var actions = Measurement.PerPart(batches, settings.Batch);
            first ??= actions;
            written += ((Million / settings.Batch) - batches.Failed) * settings.Batch;
            report.Row($"million {million}, per action", actions, first);
        }

        report.Line($"");
        report.Line($"The column to bare is to the first million here.");
        await target.StopServerAsync();
        report.Line($"{(await target.StoredBytesAsync() - stored) / (double)written:F1} bytes an action in the store, everything that grows with it included; by itself it takes {EntryBytes(world):F1}.");
    }

    /// <summary>A journal entry as the store packs it (<c>docs/storage-format.md</c>): the item's id, and header, type, length, time and event hash.</summary>
    private static double EntryBytes(BenchWorld world)
    {
        const int Draws = 100_000;
        const int QuotesInJson = 2;
        const int BesideTheId = 1 + 1 + 1 + 6 + sizeof(ulong);
        var random = new Random(0);
        return BesideTheId + Enumerable.Range(0, Draws).Average(_ => world.Items[world.ItemChoice.Next(random)].InJson.Length - QuotesInJson);
    }
}
