using Microsoft.Extensions.Hosting;

namespace RecActors.Storage;

/// <summary>
/// Opens the data folder before anything else starts: a refusal stops the start with its message, and no request ever
/// waits inside a lazy factory.
/// </summary>
internal sealed class EmbeddedStorageStartup(Lazy<EmbeddedStorage> storage) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = storage.Value;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
