using System.Net;
using System.Net.Sockets;
using RecActors.Hosting;

namespace RecActors.Cluster;

/// <summary>The address and the ports under which a silo is known to its cluster.</summary>
internal sealed record ClusterAddress(IPAddress Address, int SiloPort, int ClientPort)
{
    /// <summary>For a silo that only trains: no gateway process connects to it.</summary>
    public const int NoPort = 0;

    /// <exception cref="StartupException">The host name stands for no address.</exception>
    public static ClusterAddress Of(Node node)
    {
        var free = new Queue<int>(LoopbackPorts.Take(2));
        return new ClusterAddress(
            Resolve(node.Options.Address),
            node.Options.SiloPort == 0 ? free.Dequeue() : node.Options.SiloPort,
            !node.Serves ? NoPort : node.Options.ClientPort == 0 ? free.Dequeue() : node.Options.ClientPort);
    }

    private static IPAddress Resolve(string name)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return address;
        }

        var host = name == NodeOptions.AutomaticAddress ? Dns.GetHostName() : name;
        try
        {
            return Dns.GetHostAddresses(host).OrderBy(candidate => candidate.AddressFamily != AddressFamily.InterNetwork).First();
        }
        catch (Exception failure) when (failure is SocketException or InvalidOperationException)
        {
            throw new StartupException($"{NodeOptions.Section}:{nameof(NodeOptions.Address)}: '{host}' stands for no address: {failure.Message}");
        }
    }
}
