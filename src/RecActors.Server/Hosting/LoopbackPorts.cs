using System.Net;
using System.Net.Sockets;

namespace RecActors.Hosting;

/// <summary>Free TCP ports of the loopback interface, for a silo's own endpoints.</summary>
internal static class LoopbackPorts
{
    // Below the range that systems give to outgoing connections: one of those could take the port before the silo listens on it.
    private const int First = 15_000;
    private const int End = 32_000;

    private static readonly Lock Gate = new();

    // Processes that start together look in different places.
    private static readonly Random Places = new(HashCode.Combine(Environment.ProcessId, Environment.TickCount64));
    private static readonly HashSet<int> Given = [];

    /// <summary>Ports that were free a moment ago, and that this process has not been given before: whoever got them may not listen yet.</summary>
    public static int[] Take(int count)
    {
        lock (Gate)
        {
            var ports = new int[count];
            for (var i = 0; i < count; i++)
            {
                do
                {
                    ports[i] = Places.Next(First, End);
                }
                while (!IsFree(ports[i]) || !Given.Add(ports[i]));
            }

            return ports;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
