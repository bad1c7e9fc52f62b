namespace RecActors.Bench;

/// <summary>What a benchmark is to do.</summary>
internal sealed record BenchSettings
{
    /// <summary>A server that runs already; null starts one.</summary>
    public Uri? Url { get; init; }

    /// <summary>Process id of that server.</summary>
    public int? ServerId { get; init; }

    public bool AllowRemote { get; init; }

    /// <summary>The folder whose copy the started server has.</summary>
    public required DirectoryInfo Data { get; init; }

    /// <summary>The Redis that the started server has instead; what is there is changed.</summary>
    public string? Redis { get; init; }

    /// <summary>When a Redis that is started for the server syncs its log; null when none is.</summary>
    public string? RedisFsync { get; init; }

    /// <summary>Settings of the started server.</summary>
    public FileInfo? Config { get; init; }

    /// <summary>Environment of the started server, as NAME=VALUE.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Roles of the started server.</summary>
    public string Roles { get; init; } = "serve,gateway";

    public int Connections { get; init; }

    /// <summary>How often every measurement is made; medians are told.</summary>
    public int Rounds { get; init; }

    /// <summary>How long each measurement takes.</summary>
    public TimeSpan Length { get; init; }

    /// <summary>How long an overload lasts.</summary>
    public TimeSpan Overload { get; init; }

    /// <summary>How long the server is used before anything counts.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>Zipf's exponent, of users and of items.</summary>
    public double Exponent { get; init; }

    /// <summary>The share of actions in the mix.</summary>
    public double ActionShare { get; init; }

    /// <summary>Actions in a batch.</summary>
    public int Batch { get; init; }

    /// <summary>How many millions of actions are written to see whether the rate falls.</summary>
    public int Millions { get; init; }

    /// <summary>Batches as JSON arrays instead of NDJSON.</summary>
    public bool AsArray { get; init; }

    /// <summary>A cold process gets the mix instead of batches.</summary>
    public bool ColdMix { get; init; }

    /// <summary>Users that actions are spread over.</summary>
    public int Users { get; init; }

    /// <summary>The rates of a ramp's steps as shares of the most that is answered, each higher than the one before.</summary>
    public IReadOnlyList<double> Shares { get; init; } = [];

    /// <summary>The folder that plots are drawn into; null draws none.</summary>
    public DirectoryInfo? Plots { get; init; }

    /// <summary>These settings, with one more of the started server's environment, unless it is set.</summary>
    public BenchSettings WithEnvironment(string name, string value) => Environment.ContainsKey(name) ? this : this with
    {
        Environment = new Dictionary<string, string>(Environment) { [name] = value },
    };
}
