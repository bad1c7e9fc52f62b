using System.Diagnostics;
using System.Globalization;
using RecActors.Architecture;
using RecActors.Cluster;
using RecActors.Hosting;
using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Deploy;

/// <summary>The one command that runs a whole cluster on one machine.</summary>
[Collection(nameof(OneClusterAtATime))]
public sealed class LocalClusterTests
{
    [Fact]
    public async Task Cluster_Once_ServesThroughTheGatewayAndStopsCleanly()
    {
        RedisServer.RequireInstalled();
        using var folder = new DataFolder();

        var (exitCode, output) = await RunAsync(folder, LoopbackPorts.Take(1)[0], TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output);
        Assert.Contains("\"UserVersion\":1", output, StringComparison.Ordinal);
        Assert.All(["silo-1", "silo-2", "silo-3", "trainer", "gateway"], name => Assert.Contains(
            "Application is shutting down", File.ReadAllText(Path.Combine(folder.Path, "logs", $"{name}.log")), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cluster_AnotherRedisOnThePort_IsRefusedAndLeftAlone()
    {
        var token = TestContext.Current.CancellationToken;
        await using var another = await RedisServer.StartAsync(token);
        using var folder = new DataFolder();

        var (exitCode, output) = await RunAsync(folder, another.Port, token);

        Assert.True(exitCode == 1, output);
        Assert.Contains("REDIS_PORT", output, StringComparison.Ordinal);
        Assert.Equal("0", (await another.CommandAsync("DBSIZE")).Trim());
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(DataFolder folder, int redisPort, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(SourceTree.Root, "deploy", "local", "cluster"), ["--once", "--no-build"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DATA"] = folder.Path,
                ["PORT"] = LoopbackPorts.Take(1)[0].ToString(CultureInfo.InvariantCulture),
                ["REDIS_PORT"] = redisPort.ToString(CultureInfo.InvariantCulture),
            },
        };
        using var cluster = Process.Start(start)!;
        var errors = cluster.StandardError.ReadToEndAsync(cancellationToken);
        var output = await cluster.StandardOutput.ReadToEndAsync(cancellationToken) + await errors;
        await cluster.WaitForExitAsync(cancellationToken);
        return (cluster.ExitCode, output);
    }
}
