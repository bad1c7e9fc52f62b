using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using RecActors.Redis;

namespace RecActors.Compatibility;

/// <summary>
/// What a format has written into Redis, as the commands that its append-only file held, sent to an empty Redis again. A format adds
/// a file; none is ever changed.
/// </summary>
public sealed partial class RedisGoldenTests
{
    private const string Prefix = "recactors";

    // In the year 2200, in milliseconds: a key that was to expire an hour or a day after the recording would be gone when it is read.
    private const string FarFuture = "7258118400000";

    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Compatibility", "Golden", "Redis");

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public static TheoryData<string> Formats => [.. Directory.EnumerateFiles(Golden).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Start_RedisOfAFormat_ReadsAllOfIt(string format)
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await PipeAsync(server, Path.Combine(Golden, format));

        await using var instance = await RedisInstance.StartAsync(server.ConnectionString, Prefix);

        await StoredContent.AssertHeldAsync(instance.Journal, instance.Catalog, instance.Bundles, None);
    }

    /// <summary>With RECACTORS_RECORD_GOLDEN_REDIS set to a path, what was written is left there: the golden file of the next format.</summary>
    [Fact]
    public async Task Start_RedisOfToday_ReadsAllOfIt()
    {
        await using var server = await RedisServer.StartAsync(TestContext.Current.CancellationToken);
        await using (var instance = await RedisInstance.StartAsync(server.ConnectionString, Prefix))
        {
            await StoredContent.FillAsync(instance.Journal, instance.Catalog, instance.Bundles, () => Task.CompletedTask, None);
        }

        if (Environment.GetEnvironmentVariable("RECACTORS_RECORD_GOLDEN_REDIS") is { } target)
        {
            var folder = (await server.CommandAsync("CONFIG", "GET", "dir")).Split('\n')[1].Trim();
            var commands = await File.ReadAllTextAsync(Directory.EnumerateFiles(folder, "*.incr.aof", SearchOption.AllDirectories).Single(), Encoding.Latin1, None);
            await File.WriteAllTextAsync(target, Expiry().Replace(commands, "${command}" + FarFuture), Encoding.Latin1, None);
        }

        await using var again = await RedisInstance.StartAsync(server.ConnectionString, Prefix);
        await StoredContent.AssertHeldAsync(again.Journal, again.Catalog, again.Bundles, None);
    }

    private static async Task PipeAsync(RedisServer server, string commands)
    {
        var start = new ProcessStartInfo("redis-cli", ["-p", $"{server.Port}", "--pipe"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var cli = Process.Start(start)!;
        await using (var input = cli.StandardInput.BaseStream)
        {
            await input.WriteAsync(await File.ReadAllBytesAsync(commands, None), None);
        }

        var answer = await cli.StandardOutput.ReadToEndAsync(None);
        await cli.WaitForExitAsync(None);
        Assert.Contains("errors: 0", answer, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?<command>(PEXPIREAT\r\n\$\d+\r\n[^\r]*|PXAT)\r\n\$13\r\n)\d{13}", RegexOptions.ExplicitCapture)]
    private static partial Regex Expiry();
}
