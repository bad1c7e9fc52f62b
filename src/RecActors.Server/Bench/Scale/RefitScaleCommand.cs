using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.Bench.Scale;

/// <summary><c>recactors bench refit-scale</c>: what refits of synthetic sites cost, by their number of actions.</summary>
internal static class RefitScaleCommand
{
    public static Command Create()
    {
        var events = new Option<int[]>("--events")
        {
            Description = "Actions that are learned from. Several may follow. Default: 100000.",
            HelpName = "N",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [100_000],
        };
        var items = BenchNumber.Create("--items", 10_000, "Items of the site.");
        var perUser = BenchNumber.Create("--actions-per-user", 50, "Actions of a user on average.");
        var json = new Option<FileInfo?>("--json") { Description = "File that rows are added to, a line of JSON each; its other rows are part of the table.", HelpName = "FILE" };
        var onlyReport = new Option<bool>("--report") { Description = "Only print what --json has." };
        var plots = new Option<DirectoryInfo?>("--plots") { Description = "Folder that plots are drawn into.", HelpName = "DIR" };
        var command = new Command("refit-scale", "What a refit costs, stage by stage, on synthetic sites of any number of actions.");
        foreach (var option in (Option[])[events, items, perUser, json, onlyReport, plots])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var (file, report) = (parsed.GetValue(json), new BenchReport(Console.Out));
            var rows = file is null ? [] : (await RefitScaleRows.ReadAsync(file, cancellationToken)).ToList();
            foreach (var count in parsed.GetValue(onlyReport) ? [] : parsed.GetRequiredValue(events))
            {
                var bench = new RefitScaleBench(parsed.GetValue(items), count, parsed.GetValue(perUser), TimeProvider.System);
                var row = await bench.RunAsync(what => Console.Error.WriteLine($"{count:N0} actions: {what}"), cancellationToken);
                row = row with { Build = BenchReport.Version(), Machine = BenchReport.Processor() };
                rows.Add(row);
                if (file is not null)
                {
                    await RefitScaleRows.AddAsync(file, row, cancellationToken);
                }
            }

            if (rows.Count > 0)
            {
                new RefitScaleReport(rows, report).Write(parsed.GetValue(plots));
            }

            return 0;
        }));
        return command;
    }
}
