[assembly: AssemblyFixture(typeof(RecActors.Processes.TrainedSample))]

namespace RecActors.Processes;

/// <summary>
/// The shipped sample, imported and trained by the product's own demo, once for the whole run. Tests take copies. Commands that measure
/// may name a folder where the demo has been already: <c>RECACTORS_TEST_SAMPLE</c>.
/// </summary>
public sealed class TrainedSample : IAsyncLifetime
{
    private static readonly string? Trained = Environment.GetEnvironmentVariable("RECACTORS_TEST_SAMPLE");
    private static readonly CancellationTokenSource Ending = new();
    private static readonly Lazy<Task<(DataFolder Folder, string Tour)>> Shared = new(TrainAsync);

    private readonly Lazy<Task<(DataFolder Folder, string Tour)>> _training = Shared;

    /// <summary>Begins to train, unless that has begun.</summary>
    internal static void Begin() => _ = Trained is null ? Shared.Value : null;

    /// <summary>What the demo printed.</summary>
    public async Task<string> GetTourAsync(CancellationToken cancellationToken) => (await _training.Value.WaitAsync(cancellationToken)).Tour;

    /// <summary>A copy of the trained data folder.</summary>
    internal async Task<DataFolder> CopyAsync(CancellationToken cancellationToken) =>
        DataFolder.CopyOf(Trained ?? (await _training.Value.WaitAsync(cancellationToken)).Folder.Path);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Ending.CancelAsync();
        if (_training.IsValueCreated)
        {
            await ((Task)_training.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_training.Value.IsCompletedSuccessfully)
            {
                (await _training.Value).Folder.Dispose();
            }
        }
    }

    private static async Task<(DataFolder Folder, string Tour)> TrainAsync()
    {
        var folder = new DataFolder();
        try
        {
            var (exitCode, output) = await ServerProcess.RunAsync(Ending.Token, "demo", "--once", "--data", folder.Path, "--urls", "http://127.0.0.1:0");
            Assert.True(exitCode == 0, output);
            return (folder, output);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
