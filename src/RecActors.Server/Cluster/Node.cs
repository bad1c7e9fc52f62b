using System.ComponentModel.DataAnnotations;
using RecActors.Hosting;

namespace RecActors.Cluster;

/// <summary>What a process will be, read from its whole configuration.</summary>
internal sealed record Node
{
    private const string DefaultUrls = "http://127.0.0.1:8088";
    private const string FreePort = "http://127.0.0.1:0";

    public required NodeOptions Options { get; init; }

    public required SiloRoles Roles { get; init; }

    /// <summary>Whether data and membership are in Redis.</summary>
    public required bool IsClustered { get; init; }

    /// <summary>Whether the process holds grains; otherwise it is a client of those that do.</summary>
    public bool IsSilo => (Roles & (SiloRoles.Serve | SiloRoles.Train)) != 0;

    public bool Serves => Roles.HasFlag(SiloRoles.Serve);

    public bool Trains => Roles.HasFlag(SiloRoles.Train);

    public bool IsGateway => Roles.HasFlag(SiloRoles.Gateway);

    public string Name => Options.Name ?? $"{Environment.MachineName}-{Environment.ProcessId}";

    public string[] Urls => (Options.Urls ?? (IsGateway ? DefaultUrls : FreePort)).Split(';');

    /// <exception cref="StartupException">The configuration asks for something that cannot be.</exception>
    public static Node Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(NodeOptions.Section).Get<NodeOptions>() ?? new NodeOptions();
        var errors = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true))
        {
            throw new StartupException($"{NodeOptions.Section}: {errors[0].ErrorMessage}");
        }

        return new Node
        {
            Options = options,
            Roles = SiloRoleNames.Parse(options.Roles),
            IsClustered = !string.IsNullOrEmpty(configuration[NodeOptions.RedisKey]),
        };
    }

    /// <summary>Refuses roles that are of no use to anybody.</summary>
    /// <exception cref="StartupException">Nobody could reach the data folder of this process.</exception>
    public void EnsureUseful()
    {
        if (!IsClustered && !(Serves && IsGateway))
        {
            throw new StartupException(
                "One process owns a data folder, so it needs the roles serve and gateway; add train to let it train as well. " +
                "Processes with other roles are parts of a cluster: name its Redis with --redis.");
        }
    }
}
