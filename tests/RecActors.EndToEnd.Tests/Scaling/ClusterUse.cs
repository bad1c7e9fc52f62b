using System.Diagnostics;
using System.Globalization;
using RecActors.Processes;

namespace RecActors.Scaling;

/// <summary>What processes have used in a while.</summary>
/// <param name="Cpu">Processor time of all of them, user and kernel.</param>
/// <param name="Messages">Messages that they have sent each other, by Orleans' own count.</param>
/// <param name="Bytes">Bytes of these messages, headers included.</param>
internal readonly record struct ClusterUse(TimeSpan Cpu, double Messages, double Bytes)
{
    private const string Sent = "orleans_messaging_sent_messages_size_bytes";
    private static readonly HttpClient Http = new();

    public static ClusterUse operator -(ClusterUse more, ClusterUse less) =>
        new(more.Cpu - less.Cpu, more.Messages - less.Messages, more.Bytes - less.Bytes);

    /// <summary>What a piece of work uses. The metrics are read outside of the time that counts: reading them takes some of its own.</summary>
    public static async Task<ClusterUse> DuringAsync(IReadOnlyCollection<ClusterNode> nodes, Func<Task> work, CancellationToken cancellationToken)
    {
        var (messages, bytes) = await SentAsync(nodes, cancellationToken);
        var cpu = CpuOf(nodes);
        await work();
        cpu = CpuOf(nodes) - cpu;
        var (messagesAfter, bytesAfter) = await SentAsync(nodes, cancellationToken);
        return new ClusterUse(cpu, messagesAfter - messages, bytesAfter - bytes);
    }

    private static async Task<(double Messages, double Bytes)> SentAsync(IEnumerable<ClusterNode> nodes, CancellationToken cancellationToken)
    {
        var metrics = await Task.WhenAll(nodes.Select(node => Http.GetStringAsync(new Uri(node.Address, "/metrics"), cancellationToken)));
        return (metrics.Sum(text => Total(text, Sent + "_count{")), metrics.Sum(text => Total(text, Sent + "_sum{")));
    }

    private static TimeSpan CpuOf(IEnumerable<ClusterNode> nodes) => nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + CpuOf(node.Process));

    private static TimeSpan CpuOf(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.TotalProcessorTime;
    }

    private static double Total(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf('}') + 2).Trim(), CultureInfo.InvariantCulture));
}
