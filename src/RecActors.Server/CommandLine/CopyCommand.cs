using System.CommandLine;
using RecActors.Copying;
using RecActors.Hosting;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors copy</c>: an installation from a data folder to Redis, from Redis to a data folder, or to another of its kind.</summary>
internal static class CopyCommand
{
    private const string RedisPrefix = "redis:";

    public static Command Create()
    {
        var from = Location("--from", "Where the data are. No server may run on them.");
        var to = Location("--to", "Where they go. Must be empty.");
        var config = new CommonOptions().Config;

        var command = new Command("copy", "Copy everything into an empty store of any kind. Recommendations are the same before and after.");
        command.Options.Add(from);
        command.Options.Add(to);
        command.Options.Add(config);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            var file = parsed.GetValue(config)?.FullName;
            using var source = HostOf(parsed.GetRequiredValue(from), file);
            using var target = HostOf(parsed.GetRequiredValue(to), file);
            var copy = new StorageCopy(
                await StoredData.OpenAsync(source, cancellationToken), await StoredData.OpenAsync(target, cancellationToken), AnsiConsole.Console);
            var summary = await copy.RunAsync(cancellationToken);
            AnsiConsole.MarkupLineInterpolated(
                $"Copied {summary.Items:N0} items, {summary.Actions:N0} actions, {summary.Profiles:N0} profiles, {summary.Models:N0} models.");
            return 0;
        }));
        return command;
    }

    private static Option<string> Location(string name, string description) => new(name)
    {
        Description = description + " A data folder, or redis:CONNECTION.",
        HelpName = "DIR|redis:CONNECTION",
        Required = true,
    };

    private static IHost HostOf(string location, string? configFile) => ServerHost.BuildWithoutGateway(new ServerSettings
    {
        DataFolder = Path.GetFullPath(location),
        Redis = location.StartsWith(RedisPrefix, StringComparison.Ordinal) ? location[RedisPrefix.Length..] : ServerSettings.NoRedis,
        ConfigFile = configFile,
        Roles = SiloRoleNames.Serve,
        MinimumLogLevel = LogLevel.Warning,
    });
}
