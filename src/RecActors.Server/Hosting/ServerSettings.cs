namespace RecActors.Hosting;

/// <summary>What the command line says about a server. Everything finer is configuration.</summary>
internal sealed record ServerSettings
{
    public const string DefaultDataFolder = "recactors-data";
    public const string DefaultUrls = "http://127.0.0.1:8088";

    /// <summary>Absolute path of the data folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Addresses of the REST API, separated by semicolons.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>Absolute path of a JSON settings file, or null.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>What this process does.</summary>
    public SiloRoles Roles { get; init; } = SiloRoleNames.Parse(SiloRoleNames.Default);

    /// <summary>Whether to be ready without a model.</summary>
    public bool ColdStart { get; init; }

    /// <summary>One JSON object per log line, instead of a line for people.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The least severe log lines that are printed; commands that draw on the terminal raise it.</summary>
    public LogLevel MinimumLogLevel { get; init; } = LogLevel.Information;
}
