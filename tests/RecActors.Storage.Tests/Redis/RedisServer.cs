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
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);

    // Below the range of outgoing connections, which could take the port of a server that is down, and below that of silos.
    private const int FirstPort = 10_000;
    private const int EndPort = 15_000;

    private static readonly HashSet<int> GivenPorts = [];
    private static readonly Random Places = new(HashCode.Combine(Environment.ProcessId, Environment.TickCount64));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-redis-");
    private readonly string[] _arguments;
    private readonly string[] _cli;
    private Process _process;

    private RedisServer(int port, Func<DirectoryInfo, string[]> arguments, string[] cli)
    {
        Port = port;
        _arguments = arguments(_folder);
        _cli = cli;
        _process = Start();
    }

    public int Port { get; }

    /// <summary>Where it keeps its files.</summary>
    public string Folder => _folder.FullName;

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

    /// <summary>Starts a server that syncs every write before it answers.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="settings">More settings, or others, as <c>--name value</c>.</param>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        RequireInstalled();
        var port = FreePort();
        return await ReadyAsync(new RedisServer(port, folder => [.. DataArguments(port, folder), .. settings], []), cancellationToken);
    }

    /// <summary>The same, which takes encrypted connections only.</summary>
    /// <param name="certificates">Its certificate, and who has issued it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<RedisServer> StartTlsAsync(PrivateCertificates certificates, CancellationToken cancellationToken, params string[] settings)
    {
        RequireInstalled();
        var port = FreePort();
        string[] tls =
        [
            "--port", "0", "--tls-port", Text(port), "--tls-cert-file", certificates.ServerFile, "--tls-key-file", certificates.ServerKeyFile,
            "--tls-ca-cert-file", certificates.AuthorityFile, "--tls-auth-clients", "no",
        ];
        return await ReadyAsync(
            new RedisServer(port, folder => [.. DataArguments(port, folder), .. tls, .. settings], ["--tls", "--cacert", certificates.AuthorityFile]),
            cancellationToken);
    }

    /// <summary>Starts a sentinel with these lines of configuration.</summary>
    public static Task<RedisServer> StartSentinelAsync(CancellationToken cancellationToken, params string[] lines)
    {
        RequireInstalled();
        var port = FreePort();
        return ReadyAsync(new RedisServer(port, Arguments, []), cancellationToken);

        string[] Arguments(DirectoryInfo folder)
        {
            // A sentinel keeps its state in its configuration.
            var file = Path.Combine(folder.FullName, "sentinel.conf");
            File.WriteAllLines(file, [$"port {Text(port)}", "bind 127.0.0.1", $"dir {folder.FullName}", .. lines]);
            return [file, "--sentinel"];
        }
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

    /// <summary>Starts it again after its end, on the same port and data.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        _process.Dispose();
        _process = Start();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Sends a signal by its name, such as STOP or CONT.</summary>
    public async Task SignalAsync(string name)
    {
        // The shell's own: the program of that name is not on every machine.
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}")]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Runs redis-cli against this server; returns what it printed.</summary>
    public Task<string> CommandAsync(params string[] arguments) => CliAsync(["-p", Text(Port), .. _cli, .. arguments]);

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

    /// <summary>A port that was free a moment ago and that nobody in this process has been given before: whoever got it may not listen yet.</summary>
    public static int FreePort()
    {
        lock (GivenPorts)
        {
            while (true)
            {
                var port = Places.Next(FirstPort, EndPort);
                using var listener = new TcpListener(IPAddress.Loopback, port);
                try
                {
                    listener.Start();
                }
                catch (SocketException)
                {
                    continue;
                }

                if (GivenPorts.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static string[] DataArguments(int port, DirectoryInfo folder) =>
    [
        "--port", Text(port), "--bind", "127.0.0.1", "--dir", folder.FullName,
        "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
    ];

    private static async Task<RedisServer> ReadyAsync(RedisServer server, CancellationToken cancellationToken)
    {
        await server.WaitUntilReadyAsync(cancellationToken);
        return server;
    }

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo(Program, _arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartDeadline);
        while (await CommandAsync("PING") is var answer
            && !answer.Contains("PONG", StringComparison.Ordinal) && !answer.Contains("NOAUTH", StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, "redis-server did not start.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }
}
