[assembly: AssemblyFixture(typeof(RecActors.Processes.TrainedSample))]

namespace RecActors.Processes;

/// <summary>
/// The shipped sample, imported and trained by the product's own demo, once for the whole run. Tests take copies.
/// </summary>
public sealed class TrainedSample : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly DataFolder _folder = new();
    private string? _tour;

    /// <summary>What the demo printed.</summary>
    public async Task<string> GetTourAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_tour is null)
            {
                var (exitCode, output) = await ServerProcess.RunAsync(cancellationToken, "demo", "--once", "--data", _folder.Path, "--urls", "http://127.0.0.1:0");
                Assert.True(exitCode == 0, output);
                _tour = output;
            }

            return _tour;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A copy of the trained data folder.</summary>
    internal async Task<DataFolder> CopyAsync(CancellationToken cancellationToken)
    {
        await GetTourAsync(cancellationToken);
        return DataFolder.CopyOf(_folder.Path);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }
}
