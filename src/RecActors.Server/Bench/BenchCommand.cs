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
        command.Subcommands.Add(Sub(options, "overload", "Three times as many requests as can be answered: what is refused, lost, and slow, and for how long.",
            (target, settings, report, token) => new OverloadBench(target, settings, report, TimeProvider.System).RunAsync(token)));
        command.Subcommands.Add(Sub(options, "refit", "How long answers take while the server refits beside them.",
            (target, settings, report, token) => new RefitBench(target, settings, report, TimeProvider.System).RunAsync(token), RefitBench.Roles));
        command.Subcommands.Add(ScaleCommand.Create());
        command.Subcommands.Add(StartBenchCommand.Create());
        command.Subcommands.Add(ReloadBenchCommand.Create());
        command.Subcommands.Add(RefitScaleCommand.Create());
        return command;
    }

    private static Command Sub(
        BenchCommandOptions options, string name, string description, Func<BenchTarget, BenchSettings, BenchReport, CancellationToken, Task> run, string? roles = null)
    {
        var command = new Command(name, description);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var settings = options.Read(parsed);
            settings = roles is null ? settings : settings with { Roles = roles };
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
