using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RecActors.Hosting;
using RecActors.Processes;

namespace RecActors.Security;

/// <summary>A server as an operator secures it: keys from the command line, HTTPS from the configuration.</summary>
public sealed class SecuredServerTests
{
    [Fact]
    public async Task Serve_WithoutAKeyWhereOthersReachIt_IsRefusedWithWhatToDo()
    {
        using var folder = new DataFolder();
        var port = ServerProcess.NewAddress().Port.ToString(CultureInfo.InvariantCulture);

        var (exitCode, output) = await ServerProcess.RunAsync(
            TestContext.Current.CancellationToken, "serve", "--data", folder.Path, "--cold-start", "--urls", $"http://0.0.0.0:{port}");

        Assert.Equal(1, exitCode);
        Assert.Single(output.Split('\n'), line => line.StartsWith("recactors:", StringComparison.Ordinal));
        Assert.Contains("recactors keys add", output, StringComparison.Ordinal);
        Assert.Contains("RecActors:Security:AllowOpen", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithKeysAndACertificate_AnswersOverHttpsWhoHasTheScope()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new DataFolder();
        using var settings = new DataFolder();
        var admin = await AddKeyAsync(folder, "admin");
        var metrics = await AddKeyAsync(folder, "metrics");
        var address = new UriBuilder(ServerProcess.NewAddress()) { Scheme = "https" }.Uri;
        using var certificate = CreateCertificate();
        var (certificateFile, configFile) = (Path.Combine(settings.Path, "server.pfx"), Path.Combine(settings.Path, "settings.json"));
        await File.WriteAllBytesAsync(certificateFile, certificate.Export(X509ContentType.Pfx, "secret"), token);
        await File.WriteAllTextAsync(
            configFile,
            $$"""{ "Kestrel": { "Endpoints": { "Https": { "Url": "{{address}}", "Certificate": { "Path": "{{certificateFile}}", "Password": "secret" } } } } }""",
            token);
        await using var app = ServerHost.Build(new ServerSettings { DataFolder = folder.Path, ColdStart = true, ConfigFile = configFile, MinimumLogLevel = Microsoft.Extensions.Logging.LogLevel.Warning });
        await app.StartAsync(token);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, presented, _, _) => presented?.Thumbprint == certificate.Thumbprint };
        using var http = new HttpClient(handler) { BaseAddress = address };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/api/health/live", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/metrics", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/metrics", metrics));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/api/users", metrics));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/api/users", admin));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/metrics", admin));
        await app.StopAsync(token);

        async Task<HttpStatusCode> StatusAsync(string path, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var response = await http.SendAsync(request, token);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Dashboard_WhereItIsAskedFor_IsForAdministratorsAndLoadsNothingFromElsewhere()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new DataFolder();
        using var settings = new DataFolder();
        var (admin, metrics) = (await AddKeyAsync(folder, "admin"), await AddKeyAsync(folder, "metrics"));
        var configFile = Path.Combine(settings.Path, "settings.json");
        await File.WriteAllTextAsync(configFile, """{ "RecActors": { "Dashboard": { "Enabled": true } } }""", token);
        var address = ServerProcess.NewAddress();
        await using var app = ServerHost.Build(new ServerSettings
        {
            DataFolder = folder.Path,
            ColdStart = true,
            ConfigFile = configFile,
            Urls = address.ToString(),
            MinimumLogLevel = Microsoft.Extensions.Logging.LogLevel.Warning,
        });
        await app.StartAsync(token);
        using var http = new HttpClient { BaseAddress = address };

        var (page, html) = await AskAsync("/dashboard/", admin);
        Assert.Equal(HttpStatusCode.OK, page);
        Assert.DoesNotMatch("(src|href)=[\"']?(https?:)?//", html);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("/dashboard/DashboardCounters", admin)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("/dashboard/", null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync("/dashboard/DashboardCounters", metrics)).Status);
        await app.StopAsync(token);

        async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using var response = await http.SendAsync(request, token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(token));
        }
    }

    [Fact]
    public async Task Keys_OfTheCommandLine_AreListedWithoutThemselvesAndRevoked()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new DataFolder();
        var key = await AddKeyAsync(folder, "admin");
        var (_, listed) = await ServerProcess.RunAsync(token, "keys", "list", "--data", folder.Path);
        var id = listed.Split('\n').SelectMany(line => line.Split('│', StringSplitOptions.TrimEntries)).Single(cell => cell.Length == 10 && cell.All(char.IsAsciiHexDigit));

        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);
        Assert.Equal(0, (await ServerProcess.RunAsync(token, "keys", "revoke", id, "--data", folder.Path)).ExitCode);
        Assert.Equal(1, (await ServerProcess.RunAsync(token, "keys", "revoke", id, "--data", folder.Path)).ExitCode);
    }

    private static async Task<string> AddKeyAsync(DataFolder folder, string scopes)
    {
        var (exitCode, output) = await ServerProcess.RunAsync(
            TestContext.Current.CancellationToken, "keys", "add", "--data", folder.Path, "--name", scopes, "--scopes", scopes);
        Assert.True(exitCode == 0, output);
        return output.Split('\n').Single(line => line.StartsWith(ApiKeySecret.Prefix, StringComparison.Ordinal)).Trim();
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
