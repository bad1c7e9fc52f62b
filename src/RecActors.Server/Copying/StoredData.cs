using Orleans.Storage;
using RecActors.Catalog;
using RecActors.Erasure;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Copying;

/// <summary>Everything that one installation stores, opened without a silo.</summary>
internal sealed record StoredData(
    IUserJournal Journal, ICatalogStore Catalog, IBundleStore Bundles, IErasureStore Erasures, IGrainStorage GrainState)
{
    /// <summary>Opens what a host would run on. The host is not started.</summary>
    public static async Task<StoredData> OpenAsync(IHost host, CancellationToken cancellationToken)
    {
        await host.OpenStoresAsync(cancellationToken);
        var services = host.Services;
        return new StoredData(
            services.GetRequiredService<IUserJournal>(),
            services.GetRequiredService<ICatalogStore>(),
            services.GetRequiredService<IBundleStore>(),
            services.GetRequiredService<IErasureStore>(),
            await host.OpenGrainStateAsync(cancellationToken));
    }

    /// <summary>How far actions and changes of items have come: while these stay, nobody has written any.</summary>
    public async Task<(JournalPosition Journal, long Catalog)> ReadHeadsAsync(CancellationToken cancellationToken) =>
        (await Journal.GetHeadAsync(cancellationToken), await Catalog.GetHeadAsync(cancellationToken));

    /// <summary>True when nothing is there.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await Journal.ListUsersAsync(null, 1, cancellationToken)).Count == 0
        && await Catalog.GetHeadAsync(cancellationToken) == 0
        && (await Bundles.ListAsync(cancellationToken)).Count == 0;
}
