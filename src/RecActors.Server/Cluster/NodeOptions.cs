using System.ComponentModel.DataAnnotations;

namespace RecActors.Cluster;

/// <summary>What a process is to its cluster. Validated when the host is built.</summary>
internal sealed class NodeOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Silo";

    /// <summary>Where the configuration has the connection string of Redis. Without one the data are in a folder and there is no cluster.</summary>
    public const string RedisKey = "RecActors:Redis:ConnectionString";

    /// <summary>For <see cref="Address"/>: the first IPv4 address that this machine's own name stands for.</summary>
    public const string AutomaticAddress = "auto";

    /// <summary>Names of the roles, separated by commas: serve, train, gateway.</summary>
    /// <value>All that the build can do.</value>
    public string Roles { get; set; } = Hosting.SiloRoleNames.Default;

    /// <summary>Addresses that the process listens on, separated by semicolons: the REST API, or only health and metrics without the role gateway.</summary>
    /// <value>http://127.0.0.1:8088 with the role gateway; else a free port of the loopback interface, which the log names.</value>
    public string? Urls { get; set; }

    /// <summary>The silo's name in logs, metrics and the membership table, such as the name of its pod.</summary>
    /// <value>Machine and process id.</value>
    public string? Name { get; set; }

    /// <summary>The address at which other processes reach this silo: an IP address, a host name, or <see cref="AutomaticAddress"/>.</summary>
    /// <value>127.0.0.1: all processes run on one machine.</value>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port for other silos.</summary>
    /// <value>0: a free one.</value>
    [Range(0, 65535)]
    public int SiloPort { get; set; }

    /// <summary>The port for gateway processes. Only silos that serve have one, so that no request passes through a trainer.</summary>
    /// <value>0: a free one.</value>
    [Range(0, 65535)]
    public int ClientPort { get; set; }

    /// <summary>Processes of one cluster name the same.</summary>
    /// <value>recactors.</value>
    [Required]
    public string ClusterId { get; set; } = "recactors";

    /// <summary>Part of the keys of all grain state: never change it on an installation.</summary>
    /// <value>recactors.</value>
    [Required]
    public string ServiceId { get; set; } = "recactors";

    /// <summary>How long a starting silo tries to join the others, and a starting gateway process waits for the first silo, before it gives up and ends.</summary>
    /// <value>5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
