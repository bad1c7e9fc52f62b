using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Failures;
using RecActors.ItemStats;
using RecActors.Models;
using RecActors.Sharding;

namespace RecActors.Hosting;

internal sealed class SiloReadiness(
    CatalogFeed feed,
    StatisticsStart statistics,
    ModelHolder models,
    ShardWatch shards,
    StorageLoss loss,
    IOptions<SiloRoleOptions> roles,
    IOptions<CatalogOptions> catalog,
    IOptions<ModelReplicaOptions> model) : ISiloReadiness, IDisposable
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (CancellationTokenSource Source, CancellationToken Token) _stopping = NewStop();

    /// <summary>Cancelled from the first moment of the stop on, before any grain goes away. May be asked for after the disposal, too, by what is still in flight then.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public ReadinessReport Report()
    {
        var (lag, version) = (feed.Lag, models.Current.Version);
        var coldStart = version == 0 && model.Value.AllowColdStart;
        var missing = new List<string>();
        if (roles.Value.Roles.HasFlag(SiloRoles.Serve))
        {
            Add(!feed.IsComplete, "the catalog is being loaded");
            Add(feed.IsComplete && lag > catalog.Value.MaxLag, $"the catalog is {lag.TotalSeconds:F1} s behind");
            Add(!statistics.IsComplete, "the item statistics are being replayed");
            Add(!shards.IsComplete, "not every shard of the item vectors has answered yet");
            Add(version == 0 && !coldStart, "no model serves, and a cold start is not allowed");
        }

        Add(loss.IsSeen, "the store has lost data that this silo has read");
        Add(!_started.Task.IsCompletedSuccessfully, "the silo is starting");
        Add(Stopping.IsCancellationRequested, "the silo is stopping");
        return new ReadinessReport(feed.IsComplete, lag, statistics.IsComplete, version, coldStart, _started.Task.IsCompletedSuccessfully, Stopping.IsCancellationRequested, missing)
        {
            ShardsAnswered = shards.IsComplete,
            CatalogAnswered = feed.IsAnswered,
            StorageLost = loss.IsSeen,
        };

        void Add(bool isMissing, string what)
        {
            if (isMissing)
            {
                missing.Add(what);
            }
        }
    }

    public Task WaitUntilStartedAsync(CancellationToken cancellationToken) =>
        _started.Task.IsCompletedSuccessfully ? Task.CompletedTask : _started.Task.WaitAsync(cancellationToken);

    public void Started() => _started.TrySetResult();

    public void Failed(Exception failure) => _started.TrySetException(new UnavailableException("The silo could not start.", failure));

    /// <summary>The stop begins.</summary>
    public Task StopAsync() => _stopping.Source.CancelAsync();

    public void Dispose() => _stopping.Source.Dispose();

    /// <summary>A source tells its token only until it is disposed.</summary>
    private static (CancellationTokenSource Source, CancellationToken Token) NewStop()
    {
        var source = new CancellationTokenSource();
        return (source, source.Token);
    }
}
