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

    public Option<string> Urls { get; } = new("--urls")
    {
        Description = "The address of the REST API.",
        HelpName = "URL",
        DefaultValueFactory = _ => ServerSettings.DefaultUrls,
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

    /// <summary>Adds the options to a command; one that serves no REST API has no address.</summary>
    public void AddTo(Command command, bool withAddress = true)
    {
        command.Options.Add(Data);
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
        Urls = parsed.GetValue(Urls) ?? ServerSettings.DefaultUrls,
        ConfigFile = parsed.GetValue(Config)?.FullName,
        JsonLogs = parsed.GetValue(JsonLogs),
    };
}
