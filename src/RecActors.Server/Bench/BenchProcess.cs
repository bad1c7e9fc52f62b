using System.Diagnostics;
using System.Net;
using RecActors.Hosting;

namespace RecActors.Bench;

/// <summary>This executable again, as another process that serves HTTP on a free port of the loopback interface. Ends with its owner.</summary>
internal sealed class BenchProcess : IAsyncDisposable
{
    private const int KeptLines = 20;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private bool _isDisposed;

    private BenchProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public int Id => _process.Id;

    public Uri Address { get; }

    /// <summary>Starts a command that takes <c>--urls</c> and waits until a path answers with success.</summary>
    /// <exception cref="StartupException">It ended instead.</exception>
    public static async Task<BenchProcess> StartAsync(
        IReadOnlyList<string> arguments, string readyPath, IReadOnlyDictionary<string, string> environment, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPorts.Take(1)[0]}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. OwnAssembly(), .. arguments, "--urls", address.ToString().TrimEnd('/')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new BenchProcess(Process.Start(start)!, address);
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        try
        {
            await started.WaitUntilReadyAsync(readyPath, time, cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it without notice, as a crash does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it; a second time nothing happens.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            // In order, as an operator would: SIGTERM.
            using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
            using var patience = new CancellationTokenSource(StopPatience);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    // dotnet recactors.dll: the process is dotnet, and its first argument the assembly.
    private static string[] OwnAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(BenchProcess).Assembly.Location] : [];

    private async Task WaitUntilReadyAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        while (true)
        {
            if (_process.HasExited)
            {
                throw new StartupException($"{_process.StartInfo.ArgumentList[0]} ended: {string.Join(" / ", _lastLines)}");
            }

            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private void Keep(string? line)
    {
        lock (_lastLines)
        {
            if (line is not null)
            {
                _lastLines.Enqueue(line);
            }

            while (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }
    }
}
