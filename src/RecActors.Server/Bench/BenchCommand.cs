using System.CommandLine;
using RecActors.Bench.Scale;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary><c>recactors bench</c>: measures a server over HTTP, beside a bare web server in the same run.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var options = new BenchCommandOptions();
        var command = new Command("bench", "Measure a server under load, beside a bare web server in the same run.");
        command.Subcommands.Add(Sub(options, "recommend", "What recommendations cost, and how long they take.",
            (target, settings, report, token) => new RecommendBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "ingest", "What it costs to take actions in.",
            (target, settings, report, token) => new IngestBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "coalescing", "What joining the waiting appends of a user is worth.",
            (target, settings, report, token) => new CoalescingBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "fill", "Whether the rate of actions falls as the journals grow, and what an action takes in the store.",
            (target, settings, report, token) => new FillBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "cold", "What a process takes in, or answers, just after its start.",
            (target, settings, report, token) => new ColdBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "ramp", "How long answers take as more is asked, step by step, up to more than can be answered.",
            (target, settings, report, token) => new RampBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "overload", "Three times as many requests as can be answered: what is refused, lost, and slow, and for how long.",
            (target, settings, report, token) => new OverloadBench(target, settings, report, TimeProvider.System).RunAsync(token),
            settings => settings.WithEnvironment("RecActors__Gateway__ServerTiming", "true")));
        command.Subcommands.Add(Sub(options, "refit", "How long answers take while the server refits beside them.",
            (target, settings, report, token) => new RefitBench(target, settings, report, TimeProvider.System).RunAsync(token),
            settings => settings with { Roles = RefitBench.Roles }));
        command.Subcommands.Add(ScaleCommand.Create());
        command.Subcommands.Add(StartBenchCommand.Create());
        command.Subcommands.Add(ReloadBenchCommand.Create());
        command.Subcommands.Add(ImportBenchCommand.Create());
        command.Subcommands.Add(RefitScaleCommand.Create());
        return command;
    }

    private static Command Sub(
        BenchCommandOptions options,
        string name,
        string description,
        Func<BenchTarget, BenchSettings, BenchReport, CancellationToken, Task> run,
        Func<BenchSettings, BenchSettings>? adjust = null)
    {
        var command = new Command(name, description);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var settings = options.Read(parsed);
            settings = adjust?.Invoke(settings) ?? settings;
            var report = new BenchReport(Console.Out);
            report.Head(settings, $"recactors bench {name}");
            await using var target = await BenchTarget.StartAsync(settings, TimeProvider.System, cancellationToken);
            await run(target, settings, report, cancellationToken);
            report.Foot();
            return 0;
        }));
        return command;
    }
}
