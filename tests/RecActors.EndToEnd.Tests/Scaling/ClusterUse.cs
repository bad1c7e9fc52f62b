using System.Diagnostics;
using System.Globalization;
using RecActors.Processes;

namespace RecActors.Scaling;

/// <summary>What processes have used since they started.</summary>
/// <param name="Cpu">Processor time of all of them, user and kernel.</param>
/// <param name="Messages">Messages that they have sent each other, by Orleans' own count.</param>
/// <param name="Bytes">Bytes of these messages, headers included.</param>
internal readonly record struct ClusterUse(TimeSpan Cpu, double Messages, double Bytes)
{
    private const string Sent = "orleans_messaging_sent_messages_size_bytes";
    private static readonly HttpClient Http = new();

    public static ClusterUse operator -(ClusterUse later, ClusterUse earlier) =>
        new(later.Cpu - earlier.Cpu, later.Messages - earlier.Messages, later.Bytes - earlier.Bytes);

    /// <summary>Reads the processors' clocks first: reading the metrics takes time of its own.</summary>
    public static async Task<ClusterUse> OfAsync(IReadOnlyCollection<ClusterNode> nodes, CancellationToken cancellationToken)
    {
        var cpu = nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + CpuOf(node.Process));
        var metrics = await Task.WhenAll(nodes.Select(node => Http.GetStringAsync(new Uri(node.Address, "/metrics"), cancellationToken)));
        return new ClusterUse(cpu, metrics.Sum(text => Total(text, Sent + "_count{")), metrics.Sum(text => Total(text, Sent + "_sum{")));
    }

    private static TimeSpan CpuOf(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.TotalProcessorTime;
    }

    private static double Total(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf('}') + 2).Trim(), CultureInfo.InvariantCulture));
}
