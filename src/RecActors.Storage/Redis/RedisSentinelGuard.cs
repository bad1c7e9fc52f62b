using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace RecActors.Redis;

/// <summary>
/// Keeps the client off a primary that sentinels have replaced. One that died and is started again takes itself for the primary, with what it had
/// then, until the sentinels make a replica of it some ten seconds later; and of two primaries the client takes the one that it has known for
/// longer. So no server is connected of which the sentinels say that it follows another primary and does not yet. Thread-safe.
/// </summary>
internal sealed class RedisSentinelGuard : Tunnel, IAsyncDisposable
{
    private readonly ConnectionMultiplexer _sentinels;
    private readonly string _service;
    private string? _primary;

    private RedisSentinelGuard(ConnectionMultiplexer sentinels, string service) => (_sentinels, _service) = (sentinels, service);

    /// <summary>Connects to the sentinels that a connection is configured with.</summary>
    /// <exception cref="RedisConnectionException">None of them answers.</exception>
    public static async Task<RedisSentinelGuard> ConnectAsync(ConfigurationOptions configuration, CancellationToken cancellationToken)
    {
        var sentinels = configuration.Clone();
        (sentinels.User, sentinels.Password, sentinels.Tunnel) = (configuration.SentinelUser, configuration.SentinelPassword, null);
        return new RedisSentinelGuard(
            await ConnectionMultiplexer.SentinelConnectAsync(sentinels).WaitAsync(cancellationToken), configuration.ServiceName!);
    }

    /// <exception cref="RedisConnectionException">The server is not to be used now; the client tries again later.</exception>
    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        var server = EndPointCollection.ToString(endpoint);
        return await MayBeUsedAsync(server)
            ? null
            : throw new RedisConnectionException(
                ConnectionFailureType.UnableToConnect, CommandFlags.None, $"{server} is not the primary that the sentinels name, nor a replica of it yet.");
    }

    public ValueTask DisposeAsync() => _sentinels.DisposeAsync();

    private async Task<bool> MayBeUsedAsync(string server)
    {
        var views = await Task.WhenAll(_sentinels.GetServers().Where(sentinel => sentinel.IsConnected).Select(ViewOfAsync));

        // They hear of a failover one after the other; the one that knows of the latest is right.
        if (views.MaxBy(view => view?.Epoch ?? -1) is not { } latest)
        {
            // Nobody can have been promoted while no sentinel is there.
            return _primary is null || server == _primary;
        }

        _primary = latest.Primary;
        return server == latest.Primary || (server != latest.Replaced && IsFollowerOrStranger(server, latest.Primary, latest.Replicas));
    }

    private async Task<View?> ViewOfAsync(IServer sentinel)
    {
        try
        {
            var replaced = await sentinel.SentinelMasterAsync(_service);
            return await sentinel.SentinelGetMasterAddressByNameAsync(_service) is { } primary
                ? new View(
                    long.Parse(Field(replaced, "config-epoch")!, CultureInfo.InvariantCulture),
                    EndPointCollection.ToString(primary)!,
                    Address(replaced, "ip", "port"),
                    await sentinel.SentinelReplicasAsync(_service))
                : null;
        }
        catch (Exception failure) when (RedisFailures.IsOurs(failure))
        {
            // The others may know.
            return null;
        }
    }

    /// <summary>Whether a server is a replica that reports to follow the primary; or nothing that the sentinels know, such as a sentinel.</summary>
    private static bool IsFollowerOrStranger(string server, string primary, KeyValuePair<string, string>[][] replicas) =>
        Array.Find(replicas, fields => Address(fields, "ip", "port") == server) is not { } replica
        || (Address(replica, "master-host", "master-port") == primary && Field(replica, "role-reported") == "slave");

    /// <summary>As the client writes an endpoint: an IPv6 address in brackets.</summary>
    internal static string Address(KeyValuePair<string, string>[] fields, string host, string port)
    {
        var address = Field(fields, host);
        return address?.Contains(':', StringComparison.Ordinal) == true ? $"[{address}]:{Field(fields, port)}" : $"{address}:{Field(fields, port)}";
    }

    private static string? Field(KeyValuePair<string, string>[] fields, string name) =>
        Array.Find(fields, field => field.Key == name).Value;

    /// <summary>What a sentinel knows.</summary>
    /// <param name="Epoch">Grows with each failover.</param>
    /// <param name="Primary">Whom clients are told.</param>
    /// <param name="Replaced">The primary of the sentinel's own records: another one until a failover has come to its end.</param>
    /// <param name="Replicas">The fields of each.</param>
    private sealed record View(long Epoch, string Primary, string Replaced, KeyValuePair<string, string>[][] Replicas);
}
