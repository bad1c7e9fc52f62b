using System.CommandLine;
using RecActors.Copying;
using RecActors.Exporting;
using RecActors.Exports;
using RecActors.Hosting;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors export</c>: items, users and feedback rows as files that other programs read, and <c>recactors import --from</c> reads back.</summary>
internal static class ExportCommand
{
    private static readonly string[] Parts = ["items", "users", "feedback"];

    public static Command Create()
    {
        var common = new CommonOptions();
        var folder = new Option<DirectoryInfo>("--out") { Description = "The folder for the files; made when it is not there.", HelpName = "DIR", Required = true };
        var format = new Option<string>("--format") { Description = "jsonl, csv or parquet.", HelpName = "FORMAT", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong("jsonl", "csv", "parquet");
        var what = new Option<string[]>("--what")
        {
            Description = "Which of items, users and feedback; all by default.",
            HelpName = "PART",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Parts,
        };
        what.AcceptOnlyFromAmong(Parts);
        var resume = new Option<bool>("--resume") { Description = "Leave files that an interrupted export has finished as they are." };
        var command = new Command("export", "Write items, users and feedback into files, while no server runs on the data. The same data give the same files.");
        command.Options.Add(folder);
        command.Options.Add(format);
        command.Options.Add(what);
        command.Options.Add(resume);
        command.Options.Add(common.Data);
        command.Options.Add(common.Redis);
        command.Options.Add(common.Config);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var files = FilesOf(parsed.GetRequiredValue(folder), FormatOf(parsed.GetRequiredValue(format)), parsed.GetRequiredValue(what), parsed.GetValue(resume));
            var settings = common.Read(parsed) with { Roles = SiloRoleNames.Serve, MinimumLogLevel = LogLevel.Warning };
            using var host = ServerHost.BuildWithoutGateway(settings);
            var from = await StoredData.OpenAsync(host, cancellationToken);
            var heads = await from.ReadHeadsAsync(cancellationToken);
            var export = new StoreExport(from, TimeProvider.System);
            await AnsiConsole.Console.Bars().StartAsync(async context =>
            {
                foreach (var (part, path) in files)
                {
                    await RunAsync(export, part, path, FormatOf(parsed.GetRequiredValue(format)), context.AddTask($"Exporting {part}"), cancellationToken);
                }
            });
            if (heads != await from.ReadHeadsAsync(cancellationToken))
            {
                throw new StartupException("The data changed while they were exported, so the files do not fit together. Stop the servers that run on them, remove the files and export again.");
            }

            foreach (var (_, path) in files)
            {
                AnsiConsole.MarkupLineInterpolated($"{path}");
            }

            return 0;
        }));
        return command;
    }

    private static async Task RunAsync(StoreExport export, string part, string path, ExportFormat format, ProgressTask bar, CancellationToken cancellationToken)
    {
        var progress = new Shown(bar, part);
        await using var file = part switch
        {
            "items" => ExportFile.OfItems(path, format),
            "users" => ExportFile.OfUsers(path, format),
            _ => ExportFile.OfFeedback(path, format),
        };
        var written = await (part switch
        {
            "items" => export.ItemsAsync(file, progress, cancellationToken),
            "users" => export.UsersAsync(file, progress, cancellationToken),
            _ => export.FeedbackAsync(file, progress, cancellationToken),
        });
        await file.CompleteAsync(cancellationToken);
        bar.IsIndeterminate = false;
        bar.Description = $"Exported {written:N0} {part}";
        bar.Value = bar.MaxValue;
        bar.StopTask();
    }

    /// <exception cref="StartupException">A file is there, and is not to be left.</exception>
    private static List<(string Part, string Path)> FilesOf(DirectoryInfo folder, ExportFormat format, string[] what, bool resume)
    {
        folder.Create();
        var files = Parts.Intersect(what).Select(part => (Part: part, Path: Path.Combine(folder.FullName, part + ExportFile.ExtensionOf(format)))).ToList();
        var there = files.Where(file => File.Exists(file.Path)).ToList();
        return resume ? [.. files.Except(there)]
            : there.Count == 0 ? files
            : throw new StartupException($"{there[0].Path} is there already: name another folder, or --resume to leave it and write the others.");
    }

    private static ExportFormat FormatOf(string name) => name switch
    {
        "csv" => ExportFormat.Csv,
        "parquet" => ExportFormat.Parquet,
        _ => ExportFormat.JsonLines,
    };

    private sealed class Shown(ProgressTask bar, string part) : IProgress<(long Done, long? All)>
    {
        public void Report((long Done, long? All) value)
        {
            bar.IsIndeterminate = value.All is null;
            bar.MaxValue = Math.Max(1, value.All ?? bar.MaxValue);
            bar.Value = value.All is null ? 0 : value.Done;
            bar.Description = value.All is null ? $"Exporting {part}: {value.Done:N0}" : $"Exporting {part}";
        }
    }
}
