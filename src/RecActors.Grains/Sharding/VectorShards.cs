using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// The shards of item vectors that live on this silo, of every model version it holds: those of its activations, and those it is
/// about to take over. A version that a promotion prepares is bound for all of them before the promotion goes on. Thread-safe.
/// </summary>
internal sealed partial class VectorShards(
    RecommendationEngine engine,
    ShardedItems items,
    IBundleStore bundles,
    ModelHolder serving,
    IOptions<ShardingOptions> options,
    IOptions<IndexOptions> indexes,
    ILogger<VectorShards> logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private readonly HashSet<int> _active = [];
    private readonly HashSet<int> _prepared = [];
    private ServingModel[] _models = [];

    /// <summary>True while a shard is active here.</summary>
    public bool HasActive
    {
        get
        {
            lock (_lock)
            {
                return _active.Count > 0;
            }
        }
    }

    /// <summary>The shard's vectors of a version, if both are here.</summary>
    public VectorShard? Find(long version, int shard)
    {
        foreach (var model in Volatile.Read(ref _models))
        {
            if (model.Version == version && model.Sharded![shard] is { } vectors)
            {
                return vectors;
            }
        }

        return null;
    }

    /// <summary>Loads a version, with the vectors of this silo's shards. Seconds of work, not for a grain's turn.</summary>
    /// <exception cref="InvalidDataException">The bundle is missing, corrupt or of a newer format.</exception>
    public async Task<ServingModel> LoadAsync(long version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var stored = await StoredBundle.OpenAsync(bundles, version, cancellationToken);
            var cache = new ItemVectorCache(engine.Catalog, options.Value.CachedVectors);
            var model = ServingModel.BindSharded(stored.Bundle, stored.ItemIds, engine.Catalog, cache, indexes.Value);

            // Also without any shard here: it verifies the file.
            Add(model, stored, Wanted());
            Volatile.Write(ref _models, [model, .. Live()]);
            return model;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Loads a shard that an activation speaks for.</summary>
    /// <exception cref="InvalidDataException">The bundle of the version that serves cannot be read.</exception>
    public Task ActivateAsync(int shard, CancellationToken cancellationToken) => WantAsync(_active, shard, cancellationToken);

    /// <summary>Loads a shard that is about to move here.</summary>
    /// <exception cref="InvalidDataException">The bundle of the version that serves cannot be read.</exception>
    public Task PrepareAsync(int shard, CancellationToken cancellationToken) => WantAsync(_prepared, shard, cancellationToken);

    /// <summary>The activation is gone.</summary>
    public void Deactivate(int shard) => Forget(_active, shard);

    /// <summary>The shard has moved here, or will not.</summary>
    public void EndPreparation(int shard) => Forget(_prepared, shard);

    public void Dispose() => _turn.Dispose();

    private async Task WantAsync(HashSet<int> set, int shard, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            set.Add(shard);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Whatever else is wanted by now is read from the bundle in the same pass.
            foreach (var model in Live())
            {
                await BindMissingAsync(model, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task BindMissingAsync(ServingModel model, CancellationToken cancellationToken)
    {
        var missing = Wanted().Where(shard => model.Sharded![shard] is null).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        try
        {
            using var stored = await StoredBundle.OpenAsync(bundles, model.Version, cancellationToken);
            await Task.Run(() => Add(model, stored, missing), cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException && !ReferenceEquals(model, serving.Current))
        {
            // An older version may have been retired meanwhile; who still asks for it asks again with the one that serves.
            LogNotLoaded(failure, model.Version);
        }

        foreach (var shard in missing.Except(Wanted()))
        {
            model.Sharded!.Remove(shard);
        }
    }

    private void Add(ServingModel model, StoredBundle stored, List<int> missing)
    {
        var bound = VectorShard.Bind(stored.Bundle, stored, engine, items, missing);
        for (var i = 0; i < missing.Count; i++)
        {
            model.Sharded!.Add(missing[i], bound[i]);
            LogLoaded(missing[i], model.Version);
        }
    }

    private void Forget(HashSet<int> set, int shard)
    {
        lock (_lock)
        {
            set.Remove(shard);
            if (_active.Contains(shard) || _prepared.Contains(shard))
            {
                return;
            }
        }

        foreach (var model in Volatile.Read(ref _models))
        {
            model.Sharded!.Remove(shard);
        }
    }

    private List<int> Wanted()
    {
        lock (_lock)
        {
            return [.. _active.Union(_prepared)];
        }
    }

    private IEnumerable<ServingModel> Live() => Volatile.Read(ref _models).Where(model => !model.Sharded!.IsDisposed);

    [LoggerMessage(LogLevel.Information, "Shard {Shard} of the item vectors is here, of model {Version}")]
    private partial void LogLoaded(int shard, long version);

    [LoggerMessage(LogLevel.Warning, "The shards of model {Version}, which does not serve, could not be loaded")]
    private partial void LogNotLoaded(Exception failure, long version);
}
