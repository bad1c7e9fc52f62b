using System.Globalization;
using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Erasure;

/// <summary>Makes a Redis server, be it primary or replica, write its files anew, from what is in its memory now. Thread-safe.</summary>
internal sealed class RedisFileRewrite(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Rewrites the append-only file, if there is one, and the snapshot, if one may be there.</summary>
    /// <exception cref="IOException">Redis refuses, fails, or is lost meanwhile.</exception>
    public async Task RewriteAsync(IServer server, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var endpoint = EndPointCollection.ToString(server.EndPoint);
        try
        {
            if ((await InfoAsync(server)).GetValueOrDefault("aof_enabled") == "1")
            {
                progress.Report($"Rewriting the append-only file of {endpoint}");
                await RunAsync(server, "BGREWRITEAOF", "aof_rewrite_in_progress", "aof_last_bgrewrite_status", cancellationToken);
            }

            if (await HasSnapshotAsync(server))
            {
                progress.Report($"Writing the snapshot of {endpoint}");
                await RunAsync(server, "BGSAVE", "rdb_bgsave_in_progress", "rdb_last_bgsave_status", cancellationToken);
            }

            // Arguments of slow commands name users.
            await server.SlowlogResetAsync();
        }
        catch (Exception failure) when (RedisFailures.IsOurs(failure))
        {
            throw new IOException($"{endpoint}: {RedisFailures.Describe(failure)}", failure);
        }
    }

    /// <summary>
    /// A snapshot is made by a rule, by a command, at the end of a server without an append-only file, or for a replica that has no
    /// diskless way; only the first two can be seen. Without either there may be an old file all the same, which a backup left.
    /// </summary>
    private static async Task<bool> HasSnapshotAsync(IServer server)
    {
        var rules = (await server.ConfigGetAsync("save")).FirstOrDefault().Value;
        var info = await InfoAsync(server);
        return !string.IsNullOrEmpty(rules) || info.GetValueOrDefault("aof_enabled") != "1" || info.GetValueOrDefault("rdb_saves", "0") != "0";
    }

    private static async Task<Dictionary<string, string>> InfoAsync(IServer server) =>
        (await server.InfoAsync("persistence")).SelectMany(group => group).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private async Task RunAsync(IServer server, string command, string running, string outcome, CancellationToken cancellationToken)
    {
        // One that runs already began before the call, so it may have what was deleted since: it ends first.
        await WaitAsync(server, running, cancellationToken);
        await server.ExecuteAsync(command);
        await WaitAsync(server, running, cancellationToken);
        if ((await InfoAsync(server)).GetValueOrDefault(outcome) is var status and not "ok")
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{EndPointCollection.ToString(server.EndPoint)}: {command} ended with '{status}'; its log says why."));
        }
    }

    private async Task WaitAsync(IServer server, string running, CancellationToken cancellationToken)
    {
        while (true)
        {
            var info = await InfoAsync(server);

            // A rewrite may wait for a snapshot to end, or for the start of the next second.
            if (info.GetValueOrDefault(running, "0") == "0" && info.GetValueOrDefault("aof_rewrite_scheduled", "0") == "0")
            {
                return;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
