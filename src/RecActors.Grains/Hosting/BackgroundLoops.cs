using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RecActors.Hosting;

/// <summary>
/// Loops that run beside the grains from the silo's start to its stop. Each sees to its own failures; one that fails all the same
/// leaves a silo that looks sound and falls behind, so it stops the host.
/// </summary>
internal sealed partial class BackgroundLoops(IHostApplicationLifetime host, ILogger<BackgroundLoops> logger) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _loops = Task.CompletedTask;

    /// <summary>Starts the loops; each runs until it is cancelled, or has nothing to do.</summary>
    public void Start(params IEnumerable<Func<CancellationToken, Task>> loops)
    {
        var stopping = _stopping.Token;
        _loops = Task.WhenAll(loops.Select(loop => Task.Run(() => RunAsync(loop, stopping), CancellationToken.None)));
    }

    /// <summary>Cancels the loops and waits for their ends.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _loops;
    }

    public void Dispose()
    {
        // Of a silo that was not stopped, as after a failed start: what the loops use is gone, and they would try again for ever.
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> loop, CancellationToken stopping)
    {
        try
        {
            await loop(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // How a loop ends.
        }
        catch (Exception failure)
        {
            LogFailed(failure, loop.Method.DeclaringType?.Name);
            host.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Critical, "A loop of {Loop} has ended that must run as long as the silo does. The silo stops")]
    private partial void LogFailed(Exception failure, string? loop);
}
