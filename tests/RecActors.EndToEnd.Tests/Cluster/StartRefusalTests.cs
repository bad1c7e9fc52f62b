using RecActors.Processes;
using RecActors.Redis;

namespace RecActors.Cluster;

/// <summary>What an operator can mend is one line that says how.</summary>
public sealed class StartRefusalTests
{
    [Fact]
    public Task Serve_GatewayAloneOnADataFolder_SaysThatItNeedsACluster() => AssertRefusedAsync("--redis", "--roles", "gateway");

    [Fact]
    public async Task Serve_WrongPassword_SaysSoAtOnce()
    {
        await using var redis = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await redis.CommandAsync("CONFIG", "SET", "requirepass", "secret");

        await AssertRefusedAsync("refuses", "--redis", redis.ConnectionString + ",password=wrong");
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("gateway")]
    public async Task Serve_RedisThatDoesNotCome_EndsWhenTheTimeForTheStartIsUp(string roles)
    {
        using var folder = new DataFolder();
        var config = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(config, """{ "RecActors": { "Redis": { "StartTimeout": "00:00:01" } } }""", TestContext.Current.CancellationToken);

        await AssertRefusedAsync("cannot be reached", "--roles", roles, "--config", config, "--redis", $"127.0.0.1:{ServerProcess.NewAddress().Port}");
    }

    private static async Task AssertRefusedAsync(string word, params string[] arguments)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(
            TestContext.Current.CancellationToken, ["serve", "--urls", ServerProcess.NewAddress().ToString(), .. arguments]);

        Assert.Equal(1, exitCode);
        var line = Assert.Single(output.Split('\n'), line => line.StartsWith("recactors:", StringComparison.Ordinal));
        Assert.Contains(word, output, StringComparison.Ordinal);
        Assert.NotEmpty(line);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
