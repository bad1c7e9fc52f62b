using System.CommandLine;
using RecActors.Copying;
using RecActors.Dumping;
using RecActors.Hosting;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors dump</c> and <c>recactors restore</c>: everything as one file, from a store of any kind into an empty one of any kind.</summary>
internal static class DumpCommands
{
    private const string Unfinished = ".unfinished";

    public static Command CreateDump()
    {
        var (common, file) = (new CommonOptions(), FileOption("--out", "The file to write, compressed JSON lines. Replaced when it is whole."));
        var command = Of("dump", "Write everything into one file, while no server runs on the data. The same data give the same bytes.", common, file);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file).FullName;
            using var host = HostOf(common.Read(parsed));
            var from = await StoredData.OpenAsync(host, cancellationToken);
            var summary = await WithProgressAsync("Dumping", async progress =>
            {
                await using var stream = Create(path + Unfinished);
                await using var dump = new DumpWriter(stream);
                var written = await new StoreDump(from).WriteAsync(dump, progress, cancellationToken);
                dump.End();
                return written;
            });
            File.Move(path + Unfinished, path, overwrite: true);
            Print("Dumped", summary);
            return 0;
        }));
        return command;
    }

    public static Command CreateRestore()
    {
        var (common, file) = (new CommonOptions(), FileOption("--in", "A file that recactors dump wrote."));
        var command = Of("restore", "Write a dump into an empty store. The file is read to its end before anything is written.", common, file);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file).FullName;
            var settings = common.Read(parsed);
            var target = new DirectoryInfo(settings.DataFolder);
            var cuts = StoreRestore.Verify(path);

            // A folder gets its name when it is whole: no server starts on a part. Redis is left as it is when the restore ends early.
            var isFolder = string.IsNullOrEmpty(settings.Redis);
            if (isFolder && target.Exists && target.EnumerateFileSystemInfos().Any())
            {
                throw new StartupException($"{target.FullName} is not empty. Restore into another folder.");
            }

            var folder = isFolder ? target.FullName + Unfinished : target.FullName;
            if (isFolder && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            CopySummary summary;
            using (var host = HostOf(settings with { DataFolder = folder, Redis = isFolder ? ServerSettings.NoRedis : settings.Redis }))
            {
                var to = await StoredData.OpenAsync(host, cancellationToken);
                if (!await to.IsEmptyAsync(cancellationToken))
                {
                    throw new StartupException("The target holds data already. Restore into an empty one; what an interrupted restore left has to be removed first.");
                }

                summary = await WithProgressAsync("Restoring", progress => new StoreRestore(to, TimeProvider.System).RunAsync(path, cuts, progress, cancellationToken));
            }

            if (isFolder)
            {
                if (target.Exists)
                {
                    target.Delete();
                }

                Directory.Move(folder, target.FullName);
            }

            Print("Restored", summary);
            return 0;
        }));
        return command;
    }

    /// <summary>Everybody's actions are in it: nobody but its owner reads it.</summary>
    private static FileStream Create(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static Option<FileInfo> FileOption(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE", Required = true };

    private static Command Of(string name, string description, CommonOptions common, Option<FileInfo> file)
    {
        var command = new Command(name, description);
        command.Options.Add(file);
        command.Options.Add(common.Data);
        command.Options.Add(common.Redis);
        command.Options.Add(common.Config);
        return command;
    }

    private static IHost HostOf(ServerSettings settings) =>
        ServerHost.BuildWithoutGateway(settings with { Roles = SiloRoleNames.Serve, MinimumLogLevel = LogLevel.Warning });

    private static Task<CopySummary> WithProgressAsync(string verb, Func<IProgress<string>, Task<CopySummary>> work) =>
        AnsiConsole.Status().StartAsync(verb, context => work(new Shown(verb, context)));

    private static void Print(string verb, CopySummary summary) => AnsiConsole.MarkupLineInterpolated(
        $"{verb} {summary.Items:N0} items, {summary.Actions:N0} actions, {summary.Profiles:N0} profiles, {summary.Models:N0} models.");

    /// <summary>Counts what is told, and shows it once in a thousand.</summary>
    private sealed class Shown(string verb, StatusContext context) : IProgress<string>
    {
        private string _part = "";
        private long _count;

        public void Report(string value)
        {
            _count = value == _part ? _count + 1 : 1;
            _part = value;
            if (_count % 1000 == 1)
            {
                context.Status(Markup.Escape($"{verb} {value}: {_count:N0}"));
            }
        }
    }
}
