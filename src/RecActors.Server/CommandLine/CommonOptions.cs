using System.CommandLine;
using RecActors.Hosting;

namespace RecActors.CommandLine;

/// <summary>Options that mean the same wherever they appear.</summary>
internal sealed class CommonOptions
{
    public Option<DirectoryInfo> Data { get; } = new("--data")
    {
        Description = "The folder with journals, catalog and models; created when it is not there.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(ServerSettings.DefaultDataFolder),
    };

    public Option<string?> Redis { get; } = new("--redis")
    {
        Description = "Join the cluster whose data are in this Redis, such as localhost:6379,password=secret; --data is not used then.",
        HelpName = "CONNECTION",
    };

    public Option<string?> Urls { get; } = new("--urls")
    {
        Description = "The addresses that the process listens on, separated by semicolons. Default: http://127.0.0.1:8088 for the REST API.",
        HelpName = "URL",
    };

    public Option<FileInfo> Config { get; } = new Option<FileInfo>("--config")
    {
        Description = "A JSON file with settings (docs/operations.md); environment variables RECACTORS_RecActors__Section__Name override it.",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    public Option<bool> JsonLogs { get; } = new("--json-logs")
    {
        Description = "One JSON object per log line.",
    };

    /// <summary>Adds the options to a command; one that does not listen has no address, and one that is for a single machine no Redis.</summary>
    public void AddTo(Command command, bool withAddress = true, bool withRedis = false)
    {
        command.Options.Add(Data);
        if (withRedis)
        {
            command.Options.Add(Redis);
        }

        if (withAddress)
        {
            command.Options.Add(Urls);
        }

        command.Options.Add(Config);
        command.Options.Add(JsonLogs);
    }

    public ServerSettings Read(ParseResult parsed) => new()
    {
        DataFolder = parsed.GetRequiredValue(Data).FullName,
        Redis = parsed.GetValue(Redis),
        Urls = parsed.GetValue(Urls),
        ConfigFile = parsed.GetValue(Config)?.FullName,
        JsonLogs = parsed.GetValue(JsonLogs),
    };
}
