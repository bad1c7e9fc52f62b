using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using RecActors.Architecture;
using RecActors.Processes;
using RecActors.Security;

namespace RecActors.WebConsole;

/// <summary>
/// The console in a real Chromium: what a person does there, what axe finds, and the pictures, of which those in docs/images are copies.
/// </summary>
public sealed class WebConsoleTests(TrainedSample sample)
{
    private const string Install = "install Debian's chromium and run npm ci in artifacts/web-console, with the package files of tests/RecActors.EndToEnd.Tests/WebConsole copied there";

    private static readonly string Scripts = Path.Combine(SourceTree.Root, "tests", "RecActors.EndToEnd.Tests", "WebConsole");

    private static readonly string Packages = Path.Combine(SourceTree.Root, "artifacts", "web-console");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Console_InChromium_ShowsActsTrainsRollsBackAndErases()
    {
        SkipOrFailWithoutChromium();
        using var folder = await sample.CopyAsync(Ct);
        using var settings = new DataFolder();
        var quickly = await WriteAsync(settings, """{ "RecActors": { "Training": { "SearchSeconds": 0, "SequenceSeconds": 0, "LinearItems": 500, "MaxEpochs": 3, "MaxReplayQueries": 3000 }, "Refit": { "GiveWay": false } } }""");
        await using var server = await ServerProcess.ServeAsync(folder.Path, Ct, "--config", quickly);

        var pictures = await RunAsync("browse.js", server);

        Assert.All(
            ["explore", "why", "catalog", "refit", "models", "erase", "erased", "system"],
            page => Assert.All(["", "-dark", "-narrow"], view => Assert.True(File.Exists(Path.Combine(pictures, $"console-{page}{view}.png")), page + view)));
    }

    [Fact]
    public async Task Console_OfAServerWithKeys_LetsInByCookieAndOffersWhatTheKeyAllows()
    {
        SkipOrFailWithoutChromium();
        using var folder = new DataFolder();
        using var settings = new DataFolder();
        var admin = ApiKeySecret.Generate();
        var keyed = await WriteAsync(settings, $$$"""{ "RecActors": { "Security": { "AdminKeySha256": "{{{ApiKeySecret.Hash(admin)}}}" } } }""");
        await using var server = await ServerProcess.ServeAsync(folder.Path, Ct, "--cold-start", "--config", keyed);
        using var http = new HttpClient { BaseAddress = server.Address, DefaultRequestHeaders = { { "X-API-Key", admin } } };
        (await http.PostAsJsonAsync("/api/item", new { ItemId = "1", Categories = new[] { "Comedy" }, Comment = "Toy Story (1995)" }, Ct)).EnsureSuccessStatusCode();
        (await http.PostAsJsonAsync("/api/item", new { ItemId = "2", Categories = new[] { "Comedy" }, Comment = "Jumanji (1995)" }, Ct)).EnsureSuccessStatusCode();
        using var added = await http.PostAsJsonAsync("/api/keys", new { Name = "reader", Scopes = new[] { "read" } }, Ct);
        var reader = (await added.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("Key").GetString()!;

        await RunAsync("login.js", server, admin, reader);

        Assert.All([admin, reader], key => Assert.DoesNotContain(key[ApiKeySecret.Prefix.Length..][..16], server.Output, StringComparison.Ordinal));
    }

    /// <summary>The build of record may not skip; elsewhere the tests say what they miss.</summary>
    private static void SkipOrFailWithoutChromium()
    {
        var isReady = File.Exists(Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium") && Directory.Exists(Path.Combine(Packages, "node_modules", "playwright-core"));
        if (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.SkipUnless(isReady, $"Needs Chromium and Playwright: {Install}.");
        }

        Assert.True(isReady, $"Chromium or Playwright is missing: {Install}.");
    }

    private static async Task<string> WriteAsync(DataFolder folder, string json)
    {
        var path = Path.Combine(folder.Path, "settings.json");
        await File.WriteAllTextAsync(path, json, Ct);
        return path;
    }

    /// <summary>Returns where the pictures are.</summary>
    private static async Task<string> RunAsync(string script, ServerProcess server, params string[] arguments)
    {
        var pictures = Directory.CreateDirectory(Path.Combine(Packages, "pictures")).FullName;
        var (exitCode, output) = await BuildCommand.RunAsync(
            new ProcessStartInfo("node", [Path.Combine(Scripts, script), server.Address.GetLeftPart(UriPartial.Authority), Packages, pictures, .. arguments]), Ct);
        Assert.True(exitCode == 0, output);
        return pictures;
    }
}
