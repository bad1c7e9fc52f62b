using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using RecActors.Hosting;

namespace RecActors.Processes;

/// <summary>A real redis-server with a folder of its own, on a loopback port of its own. It can be stopped and started again on the same data.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly DataFolder _folder = new();
    private readonly string[] _settings;
    private Process _process;

    private RedisServer(int port, string[] settings)
    {
        Port = port;
        _settings = settings;
        _process = Start();
    }

    public int Port { get; }

    /// <summary>What StackExchange.Redis is told.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

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

    /// <summary>Starts a server that loses nothing it has acknowledged: every write is synced to its append-only file.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="settings">More lines of its configuration, each as <c>--name value</c>.</param>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        RequireInstalled();
        var server = new RedisServer(LoopbackPorts.Take(1)[0], settings);
        await server.WaitUntilReadyAsync(cancellationToken);
        return server;
    }

    /// <summary>SIGTERM: it writes what it has and ends.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again after an end, on the same port and data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        _process.Dispose();
        _process = Start();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Sends a signal by its name, such as STOP or CONT.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Runs redis-cli; returns what it printed.</summary>
    public async Task<string> CommandAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("redis-cli") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-p", Port.ToString(CultureInfo.InvariantCulture) }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

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
        _folder.Dispose();
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path,
            "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", .. _settings,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartDeadline);
        while (!(await CommandAsync("PING")).StartsWith("PONG", StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, "redis-server did not start.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }
}
