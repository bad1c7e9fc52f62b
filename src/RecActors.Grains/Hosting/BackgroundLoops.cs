namespace RecActors.Hosting;

/// <summary>Loops that run beside the grains from the silo's start to its stop.</summary>
internal sealed class BackgroundLoops : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _loops = Task.CompletedTask;

    /// <summary>Starts the loops; each runs until it is cancelled.</summary>
    public void Start(params IEnumerable<Func<CancellationToken, Task>> loops) =>
        _loops = Task.WhenAll(loops.Select(loop => Task.Run(() => loop(_stopping.Token), CancellationToken.None)));

    /// <summary>Cancels the loops and waits for their ends.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _loops;
        }
        catch (OperationCanceledException)
        {
            // How a loop ends.
        }
    }

    public void Dispose() => _stopping.Dispose();
}
