using System.Globalization;
using RecActors.Cluster;
using RecActors.Hosting;
using RecActors.Training;

namespace Microsoft.Extensions.Configuration;

/// <summary>Where the settings of a process come from, the later overruling the earlier: file, environment, command line.</summary>
internal static class ServerConfigurationExtensions
{
    public static void AddSettings(this IConfigurationManager configuration, ServerSettings settings)
    {
        if (settings.TrainingThreads is { } threads)
        {
            configuration.AddInMemoryCollection(
            [
                KeyValuePair.Create<string, string?>("RecActors:Training:Threads", threads.ToString(CultureInfo.InvariantCulture)),
                KeyValuePair.Create<string, string?>($"{RefitOptions.Section}:{nameof(RefitOptions.GiveWay)}", "false"),
            ]);
        }

        if (settings.ConfigFile is { } file)
        {
            configuration.AddJsonFile(file, optional: false);
        }

        configuration.AddEnvironmentVariables("RECACTORS_");
        configuration.AddInMemoryCollection(OfCommandLine(settings));
    }

    private static IEnumerable<KeyValuePair<string, string?>> OfCommandLine(ServerSettings settings)
    {
        (string Key, string? Value)[] values =
        [
            ($"{NodeOptions.Section}:{nameof(NodeOptions.Roles)}", settings.Roles),
            ($"{NodeOptions.Section}:{nameof(NodeOptions.Urls)}", settings.Urls),
            (NodeOptions.RedisKey, settings.Redis),
        ];
        return values.Where(value => value.Value is not null).Select(value => KeyValuePair.Create(value.Key, value.Value));
    }
}
