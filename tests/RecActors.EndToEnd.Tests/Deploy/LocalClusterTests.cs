using System.Diagnostics;
using System.Globalization;
using RecActors.Architecture;
using RecActors.Hosting;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Deploy;

/// <summary>The one command that runs a whole cluster on one machine.</summary>
public sealed class LocalClusterTests
{
    [Fact]
    public async Task Cluster_Once_ServesThroughTheGatewayAndStopsCleanly()
    {
        RedisServer.RequireInstalled();
        var token = TestContext.Current.CancellationToken;
        using var folder = new DataFolder();
        var ports = LoopbackPorts.Take(2);
        var start = new ProcessStartInfo(Path.Combine(SourceTree.Root, "deploy", "local", "cluster"), ["--once", "--no-build"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DATA"] = folder.Path,
                ["PORT"] = ports[0].ToString(CultureInfo.InvariantCulture),
                ["REDIS_PORT"] = ports[1].ToString(CultureInfo.InvariantCulture),
            },
        };
        using var cluster = Process.Start(start)!;
        var errors = cluster.StandardError.ReadToEndAsync(token);
        var output = await cluster.StandardOutput.ReadToEndAsync(token) + await errors;
        await cluster.WaitForExitAsync(token);

        Assert.True(cluster.ExitCode == 0, output);
        Assert.Contains("\"UserVersion\":1", output, StringComparison.Ordinal);
        Assert.All(["silo-1", "silo-2", "silo-3", "trainer", "gateway"], name => Assert.Contains(
            "Application is shutting down", File.ReadAllText(Path.Combine(folder.Path, "logs", $"{name}.log")), StringComparison.Ordinal));
    }
}
