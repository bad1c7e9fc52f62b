using RecActors.Hosting;
using RecActors.Redis;

namespace RecActors.Processes;

/// <summary>A cluster of real processes over a real Redis.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly string _connectionString;
    private readonly IAsyncDisposable? _redis;
    private readonly Dictionary<string, string> _settings;
    private readonly List<ClusterNode> _nodes = [];

    private ClusterProcesses(string connectionString, IAsyncDisposable? redis, (string Key, string Value)[] settings)
    {
        _connectionString = connectionString;
        _redis = redis;
        _settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value);
    }

    /// <summary>The server under a cluster that has a single one.</summary>
    public RedisServer Redis => (RedisServer)_redis!;

    public IEnumerable<ClusterNode> Silos => _nodes.Where(node => node.Roles.Contains("serve", StringComparison.Ordinal));

    public IEnumerable<ClusterNode> Gateways => _nodes.Where(node => node.Roles.Contains("gateway", StringComparison.Ordinal));

    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>What all processes have printed, for a failed test.</summary>
    public string Output => string.Join('\n', _nodes.Select(node => $"==== {node.Name} ({node.Roles})\n{node.Process.Output}"));

    /// <summary>A cluster without processes, over a Redis that it will own.</summary>
    /// <param name="redis">Empty, or with data.</param>
    /// <param name="settings">Configuration of all processes, such as <c>RecActors:Shutdown:DrainDelay</c>.</param>
    public static ClusterProcesses Over(RedisServer redis, params (string Key, string Value)[] settings) =>
        new(redis.ConnectionString, redis, settings);

    /// <summary>The same over a Redis Cluster.</summary>
    public static ClusterProcesses Over(RedisCluster redis, params (string Key, string Value)[] settings) =>
        new(redis.ConnectionString, redis, settings);

    /// <summary>The same over a Redis that is reached in another way than by its address alone.</summary>
    public static ClusterProcesses Over(IAsyncDisposable redis, string connectionString, params (string Key, string Value)[] settings) =>
        new(connectionString, redis, settings);

    /// <summary>The same over a Redis that others use after it.</summary>
    public static ClusterProcesses Beside(RedisServer redis, params (string Key, string Value)[] settings) =>
        new(redis.ConnectionString, redis: null, settings);

    /// <summary>Starts a process and returns at once.</summary>
    public ClusterNode Start(string name, string roles, params string[] arguments)
    {
        var node = new ClusterNode(name, roles, ["--roles", roles, "--redis", _connectionString, .. arguments], _settings);
        _nodes.Add(node);
        return node;
    }

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_nodes.Select(node => node.Process.WaitUntilReadyAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.Process.DisposeAsync();
        }

        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>A place in the cluster: the same name, roles and address for one process after another.</summary>
internal sealed class ClusterNode
{
    private readonly string[] _arguments;
    private readonly Dictionary<string, string> _settings;

    public ClusterNode(string name, string roles, string[] arguments, Dictionary<string, string> settings)
    {
        Name = name;
        Roles = roles;
        _arguments = arguments;

        // Processes that start together would find the same ports free.
        var ports = LoopbackPorts.Take(2);
        _settings = new Dictionary<string, string>(settings)
        {
            ["RecActors:Silo:Name"] = name,
            ["RecActors:Silo:SiloPort"] = $"{ports[0]}",
            ["RecActors:Silo:ClientPort"] = $"{ports[1]}",
        };
        Address = ServerProcess.NewAddress();
        Process = ServerProcess.Serve(Address, _arguments, _settings);
    }

    public string Name { get; }

    public string Roles { get; }

    public Uri Address { get; }

    public ServerProcess Process { get; private set; }

    /// <summary>Starts a process in the place of one that has ended.</summary>
    public async Task StartAgainAsync()
    {
        await Process.DisposeAsync();
        Process = ServerProcess.Serve(Address, _arguments, _settings);
    }

    /// <summary>SIGTERM, its end, and a new process that is ready.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        Assert.Equal(0, await Process.StopAsync());
        await StartAgainAsync();
        await Process.WaitUntilReadyAsync(cancellationToken);
    }

    public override string ToString() => Name;
}
