using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using RecActors.Hosting;

namespace RecActors.Processes;

/// <summary>A real <c>recactors</c> process with an HTTP server on a loopback port of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromMinutes(2);
    private static readonly HttpClient Probe = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Where to leave what each process has printed, for whoever looks for the cause of a failure: <c>RECACTORS_TEST_LOGS</c>.</summary>
    private static readonly string? Logs = Environment.GetEnvironmentVariable("RECACTORS_TEST_LOGS");

    private static int _started;

    private readonly Process _process;
    private readonly StringBuilder _output;
    private readonly int _number = Interlocked.Increment(ref _started);
    private BackgroundLoad? _load;

    private ServerProcess(Process process, StringBuilder output, Uri address)
    {
        _process = process;
        _output = output;
        Address = address;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public Uri Address { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static string ServerPath { get; } = typeof(ServerProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ServerPath").Value!;

    /// <summary>An address that nothing listens on.</summary>
    public static Uri NewAddress() => new($"http://127.0.0.1:{LoopbackPorts.Take(1)[0]}");

    /// <summary>Starts <c>recactors serve</c> on a data folder and returns when its readiness probe says yes.</summary>
    public static Task<ServerProcess> ServeAsync(string dataFolder, CancellationToken cancellationToken, params string[] arguments) =>
        ServeAsync(ServerPath, dataFolder, cancellationToken, arguments);

    /// <summary>The same with another build of the server.</summary>
    public static async Task<ServerProcess> ServeAsync(
        string serverPath, string dataFolder, CancellationToken cancellationToken, params string[] arguments)
    {
        while (true)
        {
            var server = Serve(NewAddress(), ["--data", dataFolder, .. arguments], serverPath: serverPath);
            try
            {
                await server.WaitUntilReadyAsync(cancellationToken);
                return server;
            }
            catch (InvalidOperationException) when (server.Output.Contains("Failed to bind", StringComparison.Ordinal))
            {
                // Another process has taken the port since it was found free.
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts <c>recactors serve</c> and returns at once.</summary>
    public static ServerProcess Serve(
        Uri address, string[] arguments, IReadOnlyDictionary<string, string>? settings = null, string? serverPath = null)
    {
        var (process, output) = Start(serverPath ?? ServerPath, ["serve", "--urls", address.ToString(), .. arguments], settings);
        return new ServerProcess(process, output, address);
    }

    /// <summary>Runs a command of <c>recactors</c> to its end; its output is in the result.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(ServerPath, cancellationToken, arguments);

    /// <summary>The same with another build of the server.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string serverPath, CancellationToken cancellationToken, params string[] arguments)
    {
        var (process, output) = Start(serverPath, arguments);
        using (process)
        {
            try
            {
                await process.WaitForExitAsync(cancellationToken);
                process.WaitForExit();
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
            }

            lock (output)
            {
                return (process.ExitCode, output.ToString());
            }
        }
    }

    /// <summary>kill -9: nothing of the process runs after this.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await EndLoadAsync();
    }

    /// <summary>SIGTERM, and waits for a clean end.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        using var deadline = new CancellationTokenSource(StopDeadline);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The server has not ended {StopDeadline} after SIGTERM:\n{Output}");
        }

        await EndLoadAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends a signal by its name, such as STOP or CONT.</summary>
    public async Task SignalAsync(string name)
    {
        // The shell's own: the program of that name is not on every machine.
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}")]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for an end that somebody else brings about.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>What a load balancer would learn.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Probe.GetAsync(new Uri(Address, "/api/health/ready"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Fails the test when a load balancer would be told that the process is not ready; one that is only slow is asked again.</summary>
    public async Task AssertReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var response = await Probe.GetAsync(new Uri(Address, "/api/health/ready"), cancellationToken);
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
                return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // On a machine that others keep busy it is not the process that is late.
            }
        }
    }

    /// <summary>Waits until the process has printed a text: what it logs comes later than what it answers.</summary>
    public async Task WaitUntilItSaysAsync(string text, CancellationToken cancellationToken)
    {
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(cancellationToken.IsCancellationRequested, $"It does not say \"{text}\":\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ReadyDeadline);
        try
        {
            while (!await IsReadyAsync(deadline.Token))
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"The server ended with code {_process.ExitCode} before it was ready:\n{Output}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The server was not ready within {ReadyDeadline}:\n{Output}");
        }

        _load ??= await BackgroundLoad.BeginAsync(Address, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        if (Logs is not null)
        {
            Directory.CreateDirectory(Logs);
            await File.WriteAllTextAsync(Path.Combine(Logs, $"{_number:D3}.log"), $"{Address}\n{Output}", CancellationToken.None);
        }

        await EndLoadAsync();
        _process.Dispose();
    }

    private async Task EndLoadAsync()
    {
        if (_load is { } load)
        {
            _load = null;
            await load.DisposeAsync();
        }
    }

    private static (Process Process, StringBuilder Output) Start(
        string serverPath, string[] arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(serverPath);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Tests compare answers and count them, and a busy machine must not make one of them less or refuse it.
        start.Environment["RECACTORS_RecActors__Ranking__Budget__Time"] = "00:00:00";
        start.Environment["RECACTORS_RecActors__Gateway__LatencyTarget"] = "00:00:00";

        // Seconds of a processor for each of hundreds of processes.
        start.Environment["RECACTORS_RecActors__Refit__Rehearse"] = "false";
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment["RECACTORS_" + name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var output = new StringBuilder();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, output);
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
