using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Items;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Sharding;
using RecActors.Storage;
using RecActors.Training;
using RecActors.Users;

namespace RecActors.Hosting;

/// <summary>Silos in this process over the embedded storage in a folder of their own, with a journal that can be made to fail.</summary>
public sealed class RecActorsCluster : IAsyncDisposable
{
    /// <summary>Limits that no test is about: on a machine that others keep busy everything takes longer. Whoever asks for a limit sets it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly EmbeddedStorage _storage;
    private readonly InProcessTestCluster _cluster;
    private readonly ClusterFolder? _ownFolder;

    private RecActorsCluster(EmbeddedStorage storage, FaultyJournal journal, InProcessTestCluster cluster, ClusterFolder? ownFolder) =>
        (_storage, Journal, _cluster, _ownFolder) = (storage, journal, cluster, ownFolder);

    public IGrainFactory Grains => _cluster.Client;

    internal FaultyJournal Journal { get; }

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    /// <summary>The journal as another process would see it: past the faults.</summary>
    public IUserJournal StoredJournal => _storage.Journal;

    public EmbeddedStorage Storage => _storage;

    public static async Task<RecActorsCluster> StartAsync(
        short silos = 1, string? folder = null, Action<ISiloBuilder>? configure = null, Func<int, SiloRoles>? roles = null)
    {
        var ownFolder = folder is null ? new ClusterFolder() : null;
        var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = folder ?? ownFolder!.Path });
        var journal = new FaultyJournal(storage.Journal);
        var builder = new InProcessTestClusterBuilder(silos);
        var started = 0;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(storage);
            silo.Services.AddSingleton<IUserJournal>(journal);
            silo.Services.AddSingleton(storage.Catalog);
            silo.Services.AddSingleton(storage.Bundles);
            silo.Services.AddSingleton(storage.Erasures);
            silo.AddSqliteGrainStorage(GrainStorageNames.State);
            silo.UseInMemoryReminderService();
            var role = roles?.Invoke(started++) ?? SiloRoles.All;
            silo.AddRecActors(options => options.Roles = role);
            silo.Configure<RefitOptions>(options => (options.CheckInterval, options.Rehearse) = (TimeSpan.FromHours(1), false));
            silo.Configure<CatalogOptions>(options => options.MaxLag = Patience);
            silo.Configure<ModelReplicaOptions>(options => options.CommitTimeout = Patience);
            silo.Configure<ShardingOptions>(options => options.ShardDeadline = Patience);
            silo.Configure<UserOptions>(options => (options.JournalTimeout, options.ConfirmationTimeout) = (Patience, Patience));
            silo.Configure<RankingBudgetOptions>(options => options.Time = TimeSpan.Zero);
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new RecActorsCluster(storage, journal, cluster, ownFolder);
    }

    public T Service<T>(int silo = 0)
        where T : notnull => _cluster.Silos[silo].ServiceProvider.GetRequiredService<T>();

    public IUserGrain User(string userId) => Grains.GetGrain<IUserGrain>(userId);

    public IItemGrain Item(string itemId) => Grains.GetGrain<IItemGrain>(itemId);

    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    public Task<InProcessSiloHandle> AddSiloAsync() => _cluster.StartAdditionalSiloAsync();

    /// <summary>Stops a silo as a deployment does.</summary>
    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    /// <summary>Grains, once the client has learned which silo offers them: where silos have different roles, it does so by and by.</summary>
    public async Task<T> KnownAsync<T>(Func<IGrainFactory, T> grains)
        where T : class
    {
        T? known = null;
        await Eventually.HoldsAsync(() =>
        {
            try
            {
                known = grains(Grains);
            }
            catch (ArgumentException)
            {
                // No silo that it has heard of offers them.
            }

            return Task.FromResult(known is not null);
        });
        return known!;
    }

    /// <summary>Puts items into the catalog, in parallel.</summary>
    public Task PutItemsAsync(params IEnumerable<Item> items) => Task.WhenAll(items.Select(item => Item(item.ItemId).PutAsync(item)));

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _storage.DisposeAsync();
        _ownFolder?.Dispose();
    }

    /// <summary>A batch of one kind of action on the items, in order.</summary>
    public static FeedbackBatch Likes(params IEnumerable<string> itemIds) =>
        new([.. itemIds.Select(itemId => Action("like", itemId))]);

    public static FeedbackAction Action(
        string type, string itemId, double value = 1, string? eventId = null, FeedbackOperation operation = FeedbackOperation.Add) =>
        new(operation, type, itemId, value, 1_700_000_000_000, eventId);
}
