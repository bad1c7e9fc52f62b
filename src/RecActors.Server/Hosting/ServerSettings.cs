namespace RecActors.Hosting;

/// <summary>What the command line says about a process. It overrules the configuration, where everything finer is.</summary>
internal sealed record ServerSettings
{
    public const string DefaultDataFolder = "recactors-data";

    /// <summary>For <see cref="Redis"/>: the data folder, whatever the configuration says.</summary>
    public const string NoRedis = "";

    /// <summary>Absolute path of the data folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The connection string of the Redis that holds the data and the cluster; null leaves it to the configuration.</summary>
    public string? Redis { get; init; }

    /// <summary>Addresses that the process listens on, separated by semicolons; null leaves it to the configuration.</summary>
    public string? Urls { get; init; }

    /// <summary>Absolute path of a JSON settings file, or null.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Names of what this process does; null leaves it to the configuration.</summary>
    public string? Roles { get; init; }

    /// <summary>Whether to be ready without a model.</summary>
    public bool ColdStart { get; init; }

    /// <summary>Threads of a training that the user waits for, where the configuration does not say; null for the trainer's own default, beside all else.</summary>
    public int? TrainingThreads { get; init; }

    /// <summary>One JSON object per log line, instead of a line for people.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The least severe log lines that are printed; commands that draw on the terminal raise it.</summary>
    public LogLevel MinimumLogLevel { get; init; } = LogLevel.Information;
}
