using System.CommandLine;
using RecActors.Hosting;
using RecActors.Importing;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors import</c>: files into a data folder that no server is running on.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var source = new DataSetSource();
        var rejectLimit = new Option<long>("--reject-limit")
        {
            Description = "Stop when more lines than this cannot be read.",
            HelpName = "N",
            DefaultValueFactory = _ => 1000,
        };

        var command = new Command("import", "Import items, users and actions from files. Run it again after an interruption: nothing is written twice.");
        common.AddTo(command, withAddress: false, withRedis: true);
        source.AddTo(command);
        command.Options.Add(rejectLimit);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var settings = common.Read(parsed) with { Roles = SiloRoleNames.Serve, MinimumLogLevel = LogLevel.Warning };
            using var host = ServerHost.BuildWithoutGateway(settings);
            await host.OpenStoresAsync(cancellationToken);
            var import = new DataSetImport(host, AnsiConsole.Console, parsed.GetValue(rejectLimit));
            var summary = await import.RunAsync(source.Read(parsed), cancellationToken);
            if (summary.UsersWritten == 0)
            {
                // Else a silo was started for them, and leaves the same when it stops.
                await FirstStart.PrepareAsync(host.Services, cancellationToken);
            }

            await host.StopAsync(CancellationToken.None);
            Print(summary);
            return 0;
        }));
        return command;
    }

    private static void Print(ImportSummary summary)
    {
        foreach (var line in summary.Rejected)
        {
            Console.Error.WriteLine(line);
        }

        AnsiConsole.MarkupLineInterpolated(
            $"Imported {summary.ItemsWritten:N0} items, {summary.UsersWritten:N0} users, {summary.ActionsWritten:N0} actions; {summary.ActionsSkipped:N0} were there already, {summary.Duplicates:N0} came twice, {summary.Rejected.Count:N0} lines were rejected.");
        if (summary.ActionsWritten + summary.ActionsSkipped > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"The actions took {summary.ActionsTook.TotalSeconds:N1} s until the last one was durable: {summary.ActionsPerSecond:N0} a second.");
        }
    }
}
