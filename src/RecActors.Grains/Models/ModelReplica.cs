using Microsoft.Extensions.Logging;
using RecActors.Interest;

namespace RecActors.Models;

/// <summary>
/// This silo's copy of the model that serves. A version is prepared (read, verified, bound to the catalog) before it is committed,
/// and committing is one exchange of a reference. Calls take turns.
/// </summary>
internal sealed partial class ModelReplica(
    ModelHolder models, ModelLoader loader, FoldInPool pool, TimeProvider time, ILogger<ModelReplica> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ServingModel? _prepared;
    private long _promotion;

    /// <summary>The last promotion that was committed here; 0 for none.</summary>
    public long Promotion => Volatile.Read(ref _promotion);

    /// <summary>Reads, verifies and binds a version, so that committing it cannot fail any more.</summary>
    /// <exception cref="InvalidDataException">The bundle is missing, corrupt or of a newer format.</exception>
    public async Task PrepareAsync(long version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Known(version) is null)
            {
                _prepared?.Dispose();
                _prepared = null;
                await loader.VerifyRestAsync(version, cancellationToken);
                _prepared = await loader.LoadAsync(version, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Serves what a promotion made current. Older promotions than the last one are ignored.</summary>
    /// <exception cref="InvalidDataException">The version was not prepared here, and its bundle cannot be read.</exception>
    public async Task CommitAsync(ServingVersion serving, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (serving.Promotion <= _promotion || serving.Version == 0)
            {
                return;
            }

            if (serving.Version != models.Current.Version)
            {
                var started = time.GetTimestamp();
                models.Swap(Known(serving.Version) ?? await loader.LoadAsync(serving.Version, cancellationToken));
                _prepared = null;

                // Accumulators of another model are of no use to this one.
                pool.Clear();
                ModelTelemetry.Swapped(time.GetElapsedTime(started), models.Current);
                LogSwapped(serving.Version, serving.Promotion);
            }

            Volatile.Write(ref _promotion, serving.Promotion);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets go of a version that was prepared for a promotion that does not take place.</summary>
    public async Task AbandonAsync(long version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_prepared?.Version == version)
            {
                _prepared.Dispose();
                _prepared = null;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private ServingModel? Known(long version) =>
        models.Current.Version == version ? models.Current
        : models.Previous?.Version == version ? models.Previous
        : _prepared?.Version == version ? _prepared
        : null;

    [LoggerMessage(LogLevel.Information, "Model {Version} serves, by promotion {Promotion}")]
    private partial void LogSwapped(long version, long promotion);
}
