using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>Looks whether Redis, as it is configured, could lose what was acknowledged, and says so loudly.</summary>
public sealed partial class RedisDurability(RedisConnection connection, IOptions<RedisStorageOptions> options, ILogger<RedisDurability> logger)
{
    private const string On = "yes";

    /// <summary>What was found, for people; empty when nothing acknowledged can be lost.</summary>
    public IReadOnlyList<string> Findings { get; private set; } = [];

    /// <summary>Asks every primary. A Redis that does not tell its configuration, or not in time, is a finding, too.</summary>
    public async Task CheckAsync()
    {
        var findings = new List<string>();
        foreach (var server in connection.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false } && server.ServerType != ServerType.Sentinel))
        {
            findings.AddRange(await CheckAsync(server));
        }

        Findings = [.. findings.Distinct(StringComparer.Ordinal)];
        foreach (var finding in Findings)
        {
            LogFinding(finding);
        }
    }

    private async Task<List<string>> CheckAsync(IServer server)
    {
        try
        {
            var configuration = (await server.ConfigGetAsync("append*"))
                .Concat(await server.ConfigGetAsync("maxmemory*"))
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
            return [.. Judge(configuration, await ReplicasAsync(server))];
        }
        catch (Exception failure) when (RedisFailures.IsOurs(failure))
        {
            return [$"It does not tell its configuration ({failure.Message}): make sure that it syncs every write (appendonly yes, appendfsync always) and never evicts."];
        }
    }

    private IEnumerable<string> Judge(Dictionary<string, string> configuration, int replicas)
    {
        if (configuration.GetValueOrDefault("appendonly") != On)
        {
            yield return "It has no append-only file (appendonly no): a restart loses every action since the last snapshot, or all of them.";
        }
        else if (configuration.GetValueOrDefault("appendfsync") is var sync and not "always")
        {
            yield return sync == "everysec"
                ? "It syncs once a second (appendfsync everysec): the loss of its machine loses up to two seconds of acknowledged actions. The end of its process alone loses none."
                : $"It leaves syncing to the system (appendfsync {sync}): the loss of its machine loses up to half a minute of acknowledged actions.";
        }

        if (configuration.GetValueOrDefault("maxmemory-policy") is { } policy and not "noeviction")
        {
            yield return configuration.GetValueOrDefault("maxmemory") == "0"
                ? $"It would evict data if it had a memory limit (maxmemory-policy {policy}): set noeviction."
                : $"It evicts data when it is full (maxmemory-policy {policy}): set noeviction, which refuses writes instead.";
        }

        if (replicas > 0 && options.Value.ReplicasToWaitFor == 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"It has {replicas} replicas, and appends are acknowledged before any has them: a failover loses what was on its way. See {RedisStorageOptions.Section}:{nameof(RedisStorageOptions.ReplicasToWaitFor)}.");
        }
    }

    private static async Task<int> ReplicasAsync(IServer server)
    {
        var replication = (await server.InfoAsync("replication")).SelectMany(section => section);
        return int.TryParse(replication.FirstOrDefault(pair => pair.Key == "connected_slaves").Value, CultureInfo.InvariantCulture, out var count) ? count : 0;
    }

    [LoggerMessage(LogLevel.Warning, "REDIS CAN LOSE ACKNOWLEDGED ACTIONS. {Finding}")]
    private partial void LogFinding(string finding);
}
