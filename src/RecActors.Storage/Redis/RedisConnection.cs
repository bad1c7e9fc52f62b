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
                throw new RedisStorageException(
                    failure.FailureType == ConnectionFailureType.AuthenticationFailure
                        ? $"Redis at {Endpoints()} refuses the user or the password: {failure.Message}"
                        : $"Redis at {Endpoints()} cannot be reached: {failure.Message}",
                    failure);
            }
        }
    }

    /// <summary>
    /// Waits until enough replicas have what <see cref="Appending"/> has written, and with it all that the server wrote before. Asks the
    /// server that has taken the write, on the connection that carried it: its answer is about that connection's writes.
    /// </summary>
    /// <exception cref="TimeoutException">They do not have it in time.</exception>
    internal async Task WaitForReplicasAsync(RedisKey written)
    {
        if (_options.ReplicasToWaitFor == 0)
        {
            return;
        }

        var reached = (long)await Appending.GetServer(written).ExecuteAsync(
            "WAIT", _options.ReplicasToWaitFor, (long)_options.ReplicaTimeout.TotalMilliseconds);
        if (reached < _options.ReplicasToWaitFor)
        {
            throw new TimeoutException($"{reached} of {_options.ReplicasToWaitFor} replicas have the write within {_options.ReplicaTimeout}.");
        }
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

        // The start asks for the configuration.
        parsed.AllowAdmin = true;
        parsed.ClientName ??= "recactors";
        return parsed;
    }

    private string Endpoints() => string.Join(", ", Configuration.EndPoints.Select(EndPointCollection.ToString));

    [LoggerMessage(LogLevel.Information, "Connected to Redis at {Endpoints}{Kind}")]
    private partial void LogConnected(string endpoints, string kind);

    [LoggerMessage(LogLevel.Warning, "Waiting for Redis at {Endpoints}: {Reason}")]
    private partial void LogWaiting(string endpoints, string reason);
}
