using System.Net;

namespace RecActors.Bench;

/// <summary>
/// What a recommendation costs: where nothing is new since the user's last question, and after a fresh action of the user; beside the
/// bare web server; and how long answers take at half of what the server can do.
/// </summary>
internal sealed class RecommendBench(BenchTarget target, BenchSettings settings, BenchReport report, TimeProvider time)
{
    private const double OpenShare = 0.5;

    private readonly LoadMeter _meter = new(target, time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var world = await BenchWorld.ReadAsync(target.Http, settings.Exponent, cancellationToken);
        report.Line($"{world.Users.Length} users, {world.Items.Length} items; of the mix {settings.ActionShare:P0} are actions.");
        report.Line($"");
        var bare = Loads(_ => new PathScript(world.Host, "/api/recommend/1?n=10"u8.ToArray()));
        var questions = Loads(seed => new VisitorScript(world, 0, seed));
        var actions = Loads(seed => new VisitorScript(world, 1, seed));
        var fresh = Loads(seed => new ActionThenQuestionScript(world, seed));
        var mix = Loads(seed => new VisitorScript(world, settings.ActionShare, seed));
        await WarmUpAsync([questions, fresh, mix], bare, cancellationToken);

        var rounds = new List<Round>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            // Once, so that every user's answer is there.
            await questions(target.Server, TimeSpan.FromSeconds(1));
            rounds.Add(new Round(
                await _meter.OfBareAsync(server => bare(server, settings.Length), cancellationToken),
                await MeasureAsync(questions),
                await MeasureAsync(actions),
                await MeasureAsync(fresh),
                await MeasureAsync(mix)));
        }

        Tell(rounds);
        await OpenAsync(world, OpenShare * Measurement.MedianOf([.. rounds.Select(round => round.Mix)]).Rate, cancellationToken);

        Task<Measurement> MeasureAsync(Func<EndPoint, TimeSpan, Task<(LoadTally Tally, TimeSpan Took)>> load) =>
            _meter.OfServerAsync(server => load(server, settings.Length), cancellationToken);

        Func<EndPoint, TimeSpan, Task<(LoadTally Tally, TimeSpan Took)>> Loads(Func<int, IRequestScript> scriptOf) => (server, length) =>
            ClosedLoop.RunAsync(server, [.. Enumerable.Range(0, settings.Connections).Select(scriptOf)], length, time, cancellationToken);
    }

    private async Task WarmUpAsync(
        Func<EndPoint, TimeSpan, Task<(LoadTally Tally, TimeSpan Took)>>[] loads,
        Func<EndPoint, TimeSpan, Task<(LoadTally Tally, TimeSpan Took)>> bare,
        CancellationToken cancellationToken)
    {
        await bare(target.Bare, settings.WarmUp / 5);
        foreach (var load in loads)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await load(target.Server, settings.WarmUp / loads.Length);
        }
    }

    private void Tell(List<Round> rounds)
    {
        var bare = Measurement.MedianOf([.. rounds.Select(round => round.Bare)]);
        report.Columns();
        report.Row("bare Kestrel GET", bare, bare);
        report.Row("question, nothing new", Measurement.MedianOf([.. rounds.Select(round => round.Questions)]), bare);
        report.Row("action, durable", Measurement.MedianOf([.. rounds.Select(round => round.Actions)]), bare);
        report.Row("action, then question", Measurement.MedianOf([.. rounds.Select(round => round.Fresh)]), bare);
        report.Row("question after the action (by difference)", Measurement.MedianOf([.. rounds.Select(round => round.FreshQuestions)]), bare);
        report.Row("mix", Measurement.MedianOf([.. rounds.Select(round => round.Mix)]), bare);
    }

    private async Task OpenAsync(BenchWorld world, double rate, CancellationToken cancellationToken)
    {
        using var open = new OpenLoop(
            target.Server, seed => new VisitorScript(world, settings.ActionShare, seed), OpenLoopLimits.Usual, time);
        await open.RunAsync(rate, settings.Length / 2, cancellationToken);
        var measured = await _meter.OfServerAsync(
            async _ => (await open.RunAsync(rate, settings.Length * 2, cancellationToken), settings.Length * 2), cancellationToken);
        report.Row("mix, open loop at half the rate", measured);
    }

    /// <summary>The measurements of one round.</summary>
    private sealed record Round(Measurement Bare, Measurement Questions, Measurement Actions, Measurement Fresh, Measurement Mix)
    {
        /// <summary>What is left of action-and-question when the action alone is taken off: of the time per answer, of the CPU, of the bytes.</summary>
        public Measurement FreshQuestions => Fresh with
        {
            Rate = 1 / ((2 / Fresh.Rate) - (1 / Actions.Rate)),
            Cpu = (2 * Fresh.Cpu) - Actions.Cpu,
            Allocated = (2 * Fresh.Allocated) - Actions.Allocated,
        };
    }
}
