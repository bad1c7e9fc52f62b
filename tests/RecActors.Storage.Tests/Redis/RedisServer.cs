using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RecActors.Redis;

/// <summary>A real redis-server with a folder of its own, on a loopback port of its own. It can be ended and started again on the same data.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-redis-");
    private readonly string[] _settings;
    private Process _process;

    private RedisServer(int port, string[] settings)
    {
        Port = port;
        _settings = settings;
        _process = Start();
    }

    public int Port { get; }

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Skips the test where redis-server is not installed, except where everything must run.</summary>
    public static void RequireInstalled()
    {
        try
        {
            using var version = Process.Start(new ProcessStartInfo(Program, "--version") { RedirectStandardOutput = true })!;
            version.WaitForExit();
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("redis-server is not installed.");
        }
    }

    /// <summary>Starts a server that syncs every write before it answers.</summary>
    /// <param name="settings">More settings, or others, as <c>--name value</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        RequireInstalled();
        var server = new RedisServer(FreePort(), settings);
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again after its end, on the same port and data.</summary>
    public async Task StartAgainAsync()
    {
        _process.Dispose();
        _process = Start();
        await WaitUntilReadyAsync();
    }

    /// <summary>Sends a signal by its name, such as STOP or CONT.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Runs redis-cli against this server; returns what it printed.</summary>
    public Task<string> CommandAsync(params string[] arguments) => CliAsync(["-p", Port.ToString(CultureInfo.InvariantCulture), .. arguments]);

    /// <summary>Runs redis-cli; returns what it printed.</summary>
    public static async Task<string> CliAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("redis-cli", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var cli = Process.Start(start)!;
        var errors = cli.StandardError.ReadToEndAsync();
        var output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return output + await errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        // A cluster's nodes also take the port 10,000 above.
        return port <= 50_000 ? port : port - 20_000;
    }

    private Process Start()
    {
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName,
            "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", .. _settings,
        ];
        var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitUntilReadyAsync()
    {
        using var deadline = new CancellationTokenSource(StartDeadline);
        while (!(await CommandAsync("PING")).Contains("PONG", StringComparison.Ordinal)
            && !(await CommandAsync("PING")).Contains("NOAUTH", StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, "redis-server did not start.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }
}
