using System.CommandLine;
using RecActors.Evaluation;
using RecActors.Hosting;
using RecActors.Sample;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors evaluate</c>: the quality of the recommendations, measured through the real server.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var source = new DataSetSource();
        var every = new Option<int>("--every") { Description = "Rank every n-th action; all are fed.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var limit = new Option<int?>("--limit") { Description = "End after this many ranked actions.", HelpName = "N" };
        var late = new Option<int>("--late") { Description = "Hold back each user's latest N actions: what does freshness buy?", HelpName = "N" };
        var seed = new Option<int>("--seed") { Description = "Seed of everything random.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var report = new Option<FileInfo>("--report") { Description = "Write the figures as JSON.", HelpName = "FILE" };

        var command = new Command("evaluate", "Train on the first 80 % of the actions by time, then rank and feed the rest one by one. Default: the shipped MovieLens sample.");
        command.Options.Add(common.Config);
        source.AddTo(command);
        command.Options.Add(every);
        command.Options.Add(limit);
        command.Options.Add(late);
        command.Options.Add(seed);
        command.Options.Add(report);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var settings = new ServerSettings
            {
                DataFolder = "",
                Redis = ServerSettings.NoRedis,
                ConfigFile = parsed.GetValue(common.Config)?.FullName,
                MinimumLogLevel = LogLevel.Warning,
                ColdStart = true,
            };
            var options = new PrequentialOptions
            {
                Every = Math.Max(1, parsed.GetValue(every)),
                Limit = parsed.GetValue(limit),
                Late = Math.Max(0, parsed.GetValue(late)),
                Seed = parsed.GetValue(seed),
            };
            var evaluation = new PrequentialEvaluation(settings, AnsiConsole.Console, TimeProvider.System);
            var figures = await evaluation.RunAsync(source.ReadOrNull(parsed) ?? MovieLensSample.Open(), options, cancellationToken);
            AnsiConsole.Write(TableOf(figures));
            if (parsed.GetValue(report) is { } file)
            {
                await figures.WriteAsync(file.FullName, cancellationToken);
            }

            return 0;
        }));
        return command;
    }

    private static Table TableOf(EvaluationReport report)
    {
        var table = new Table().Border(TableBorder.Simple)
            .Title(Markup.Escape($"{report.DataSet}, {report.Protocol}: {report.Queries:N0} queries, trained in {report.TrainingSeconds:F0} s, replayed in {report.ReplaySeconds:F0} s"))
            .AddColumn("System");
        var names = report.Metrics.Values.First().Keys.ToList();
        names.ForEach(name => table.AddColumn(new TableColumn(name.ToUpperInvariant()).RightAligned()));
        foreach (var (system, metrics) in report.Metrics)
        {
            table.AddRow([Markup.Escape(system), .. names.Select(name => $"{metrics[name]:F4}")]);
        }

        return table;
    }
}
