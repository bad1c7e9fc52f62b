using System.Net;
using System.Net.Sockets;

namespace RecActors.Hosting;

/// <summary>Free TCP ports of the loopback interface, for the silo's own endpoints: nothing outside this process uses them.</summary>
internal static class LoopbackPorts
{
    /// <summary>
    /// Distinct ports that were free a moment ago. All listeners are held until the last is known, so that the system does not
    /// hand out one of them twice.
    /// </summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
            {
                listener.Start();
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Dispose();
            }
        }
    }
}
