using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>
/// The one connection of a process to Redis. It is made once, before anything uses it, and mends itself afterwards; operations that
/// find it broken fail at once instead of waiting. Waiting for replicas blocks a connection, so a process that does it has a second
/// one for its appends. Thread-safe.
/// </summary>
public sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly RedisStorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisConnection> _logger;
    private ConnectionMultiplexer? _multiplexer;
    private ConnectionMultiplexer? _appending;
    private RedisSentinelGuard? _guard;
    private bool _isCluster;

    /// <exception cref="RedisStorageException">The connection string is malformed.</exception>
    public RedisConnection(IOptions<RedisStorageOptions> options, TimeProvider time, ILogger<RedisConnection> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _time = time;
        _logger = logger;
        Configuration = Parse(_options);
    }

    /// <summary>What the connection is made with. Contains secrets: never log it.</summary>
    public ConfigurationOptions Configuration { get; }

    /// <summary>The connection, for others in this process to share.</summary>
    /// <exception cref="InvalidOperationException">It has not been made yet.</exception>
    public IConnectionMultiplexer Multiplexer => _multiplexer ?? throw new InvalidOperationException("Redis has not been connected yet.");

    internal IDatabase Database => Multiplexer.GetDatabase();

    /// <summary>Where appends are written.</summary>
    internal IConnectionMultiplexer Appending => _appending ?? Multiplexer;

    /// <summary>True for a Redis Cluster, where one script reaches the keys of one slot only.</summary>
    internal bool IsCluster => _isCluster;

    /// <summary>Connects. While Redis is not there it tries again, until the time for the start is up.</summary>
    /// <exception cref="RedisStorageException">Redis did not appear in time, or refuses the credentials.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_multiplexer is not null)
        {
            return;
        }

        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                if (_guard is null && Configuration is { ServiceName.Length: > 0, Tunnel: null })
                {
                    SpareThreads.Add(SpareThreads.BlockedBySentinels);
                    Configuration.Tunnel = _guard = await RedisSentinelGuard.ConnectAsync(Configuration, cancellationToken);
                }

                var multiplexer = await ConnectionMultiplexer.ConnectAsync(Configuration).WaitAsync(cancellationToken);
                _isCluster = multiplexer.GetServers().Any(server => server.ServerType == ServerType.Cluster);
                _appending = _options.ReplicasToWaitFor > 0 ? await ConnectionMultiplexer.ConnectAsync(Configuration).WaitAsync(cancellationToken) : null;
                _multiplexer = multiplexer;
                LogConnected(Endpoints(), _isCluster ? " (a cluster)" : "");
                return;
            }
            catch (RedisConnectionException failure) when (
                failure.FailureType != ConnectionFailureType.AuthenticationFailure && _time.GetElapsedTime(started) < _options.StartTimeout)
            {
                LogWaiting(Endpoints(), failure.Message);
                await Task.Delay(Pause, _time, cancellationToken);
            }
            catch (RedisConnectionException failure)
            {
                throw new RedisStorageException($"Redis at {Endpoints()} {Reason(failure)}: {failure.Message}", failure);
            }
        }
    }

    /// <summary>
    /// Writes on <see cref="Appending"/>, and returns what the write answered once enough replicas have it, and with it all that the server
    /// wrote before. <c>WAIT</c> answers for the writes of the connection that asks. Where that was made anew meanwhile, or leads to another
    /// primary after a failover, its answer says nothing about this write, and neither has this method.
    /// </summary>
    /// <exception cref="TimeoutException">They do not have it in time, or nobody can tell.</exception>
    internal async Task<RedisResult> WriteAsync(RedisKey key, Func<IDatabase, Task<RedisResult>> write)
    {
        if (_options.ReplicasToWaitFor == 0)
        {
            return await write(Appending.GetDatabase());
        }

        var link = RedisLink.To(Appending, key);
        var answer = await write(Appending.GetDatabase());
        var reached = (long)await link.Server.ExecuteAsync("WAIT", _options.ReplicasToWaitFor, (long)_options.ReplicaTimeout.TotalMilliseconds);
        if (reached < _options.ReplicasToWaitFor)
        {
            throw new TimeoutException($"{reached} of {_options.ReplicasToWaitFor} replicas have the write within {_options.ReplicaTimeout}.");
        }

        return RedisLink.To(Appending, key) == link
            ? answer
            : throw new TimeoutException("The connection was made anew after the write: whether replicas have it is unknown.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in new[] { _appending, _multiplexer })
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }

        await (_guard?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static ConfigurationOptions Parse(RedisStorageOptions options)
    {
        ConfigurationOptions parsed;
        try
        {
            parsed = ConfigurationOptions.Parse(options.ConnectionString);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            // The message of the failure may contain the secret part of the string.
            throw new RedisStorageException($"{RedisStorageOptions.Section}:{nameof(options.ConnectionString)} is no connection string of StackExchange.Redis.");
        }

        parsed.AbortOnConnectFail = true;
        parsed.AsyncTimeout = parsed.SyncTimeout = (int)options.OperationTimeout.TotalMilliseconds;
        parsed.BacklogPolicy = BacklogPolicy.FailFast;

        RedisTrust.Apply(options, parsed);

        // The start asks for the configuration.
        parsed.AllowAdmin = true;
        parsed.ClientName ??= "recactors";
        return parsed;
    }

    private static string Reason(RedisConnectionException failure) => failure switch
    {
        { InnerException: AuthenticationException } => $"has a certificate that is not trusted ({RedisTrust.Option} names whose are)",
        { FailureType: ConnectionFailureType.AuthenticationFailure } => "refuses the user or the password",
        _ => "cannot be reached",
    };

    private string Endpoints() => string.Join(", ", Configuration.EndPoints.Select(EndPointCollection.ToString));

    [LoggerMessage(LogLevel.Information, "Connected to Redis at {Endpoints}{Kind}")]
    private partial void LogConnected(string endpoints, string kind);

    [LoggerMessage(LogLevel.Warning, "Waiting for Redis at {Endpoints}: {Reason}")]
    private partial void LogWaiting(string endpoints, string reason);
}
