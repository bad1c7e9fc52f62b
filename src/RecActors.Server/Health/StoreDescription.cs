using RecActors.Redis;

namespace RecActors.Health;

/// <summary>What keeps the journal and the catalog, for people.</summary>
internal static class StoreDescription
{
    /// <param name="redis">The connection, which has been made; null on a data folder.</param>
    public static string Of(RedisConnection? redis)
    {
        if (redis is null)
        {
            return "SQLite in the data folder";
        }

        var servers = redis.Multiplexer.GetServers();
        return $"Redis, {servers.Count(server => server.IsConnected)} of {servers.Length} connected";
    }
}
