using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>
/// The very socket to a key's primary: equal to an earlier one as long as neither the primary nor the connection has changed in between.
/// The client makes connections anew, and follows failovers, without telling whoever uses it.
/// </summary>
/// <param name="Server">The primary. The client has one object for as long as it knows the server, which it makes when it is first asked for.</param>
/// <param name="Sockets">How many sockets have been opened to it. It is counted before a new one carries anything.</param>
internal readonly record struct RedisLink(IServer Server, long Sockets)
{
    /// <summary>
    /// Of callers that are the first to ask for a server at once, the client may give each an object of its own, and the last one's to all after
    /// them: the others' links would never be equal to a later one, and their writes taken for unknown. So one asks at a time.
    /// </summary>
    private static readonly Lock Asking = new();

    /// <exception cref="TimeoutException">No primary is connected.</exception>
    public static RedisLink To(IConnectionMultiplexer connection, RedisKey key)
    {
        IServer server;
        try
        {
            lock (Asking)
            {
                server = connection.GetServer(key, flags: CommandFlags.DemandMaster);
            }
        }
        catch (InvalidOperationException failure)
        {
            throw new TimeoutException("No primary is connected.", failure);
        }

        return new RedisLink(server, server.GetCounters().Interactive.SocketCount);
    }
}
