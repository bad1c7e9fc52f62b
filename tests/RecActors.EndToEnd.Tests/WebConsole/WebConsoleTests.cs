using System.Diagnostics;
using RecActors.Processes;

namespace RecActors.WebConsole;

/// <summary>
/// The console in a real Chromium: what a person does there, what axe finds, and the pictures, of which docs/images/console-explore.png
/// is a copy.
/// </summary>
public sealed class WebConsoleTests(TrainedSample sample)
{
    private const string Install = "install Debian's chromium and run npm ci in artifacts/web-console, with the package files of tests/RecActors.EndToEnd.Tests/WebConsole copied there";

    private static readonly string Scripts = Path.Combine(Architecture.SourceTree.Root, "tests", "RecActors.EndToEnd.Tests", "WebConsole");

    private static readonly string Packages = Path.Combine(Architecture.SourceTree.Root, "artifacts", "web-console");

    [Fact]
    public async Task Console_InChromium_ShowsActsTrainsAndRollsBack()
    {
        var token = TestContext.Current.CancellationToken;
        var isReady = File.Exists(Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium") && Directory.Exists(Path.Combine(Packages, "node_modules", "playwright-core"));
        if (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.SkipUnless(isReady, $"Needs Chromium and Playwright: {Install}.");
        }

        Assert.True(isReady, $"Chromium or Playwright is missing: {Install}.");
        using var folder = await sample.CopyAsync(token);
        using var settings = new DataFolder();
        var quickly = Path.Combine(settings.Path, "settings.json");
        await File.WriteAllTextAsync(quickly, """{ "RecActors": { "Training": { "SearchSeconds": 0, "SequenceSeconds": 0, "LinearItems": 500, "MaxEpochs": 3, "MaxReplayQueries": 3000 } } }""", token);
        await using var server = await ServerProcess.ServeAsync(folder.Path, token, "--config", quickly);
        var pictures = Directory.CreateDirectory(Path.Combine(Packages, "pictures")).FullName;

        var (exitCode, output) = await BuildCommand.RunAsync(
            new ProcessStartInfo("node", [Path.Combine(Scripts, "browse.js"), server.Address.GetLeftPart(UriPartial.Authority), Packages, pictures]), token);

        Assert.True(exitCode == 0, output);
        Assert.All(["explore", "catalog", "models", "system"], page => Assert.True(File.Exists(Path.Combine(pictures, $"console-{page}.png")), page));
    }
}
