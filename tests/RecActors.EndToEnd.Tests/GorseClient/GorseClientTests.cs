using System.Diagnostics;
using RecActors.Processes;

namespace RecActors.GorseClient;

/// <summary>The Gorse API's client for JavaScript, unmodified from npm, against a real server: what a site that moves here runs.</summary>
public sealed class GorseClientTests
{
    /// <summary>Methods of gorsejs 0.4.8.</summary>
    private const int Methods = 29;

    private const string Install = "run npm ci in artifacts/gorse-client, with the package files of tests/RecActors.EndToEnd.Tests/GorseClient copied there";

    private static readonly string Scripts = Path.Combine(Architecture.SourceTree.Root, "tests", "RecActors.EndToEnd.Tests", "GorseClient");

    private static readonly string Packages = Path.Combine(Architecture.SourceTree.Root, "artifacts", "gorse-client");

    [Fact]
    public async Task EveryMethod_OnARealServer_AnswersAsItsTypesPromise()
    {
        var token = TestContext.Current.CancellationToken;
        var isReady = Directory.Exists(Path.Combine(Packages, "node_modules", "gorsejs")) && await RunAsync(["--version"]) is (0, _, _);
        if (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.SkipUnless(isReady, $"Needs Node.js and gorsejs: {Install}.");
        }

        Assert.True(isReady, $"Node.js or gorsejs is missing: {Install}.");
        using var folder = new DataFolder();
        await using var server = await ServerProcess.ServeAsync(folder.Path, token, "--cold-start");

        var (exitCode, output, errors) = await RunAsync([Path.Combine(Scripts, "calls.js"), server.Address.ToString().TrimEnd('/'), Packages]);

        Assert.True(exitCode == 0, errors + output);
        var calls = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Methods, calls.Length);
        Assert.DoesNotContain(calls, call => call.EndsWith(" 0", StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var node = Process.Start(start)!;
            var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (node.ExitCode, await output, await errors);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, "", missing.Message);
        }
    }
}
