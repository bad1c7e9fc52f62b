using System.Net;
using System.Net.Sockets;

namespace RecActors.Hosting;

/// <summary>Free TCP ports of the loopback interface, for a silo's own endpoints.</summary>
internal static class LoopbackPorts
{
    // Below the range that systems give to outgoing connections: one of those could take the port before the silo listens on it.
    private const int First = 15_000;
    private const int End = 32_000;

    /// <summary>
    /// Distinct ports that were free a moment ago. All listeners are held until the last is known, so that none is found twice.
    /// </summary>
    public static int[] Take(int count)
    {
        // Processes that start together look in different places.
        var random = new Random(HashCode.Combine(Environment.ProcessId, Environment.TickCount64));
        var listeners = new List<TcpListener>();
        try
        {
            while (listeners.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, random.Next(First, End));
                try
                {
                    listener.Start();
                    listeners.Add(listener);
                }
                catch (SocketException)
                {
                    // In use.
                    listener.Dispose();
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
