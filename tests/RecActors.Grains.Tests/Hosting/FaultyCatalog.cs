using RecActors.Catalog;

namespace RecActors.Hosting;

/// <summary>A catalog that can be away, and that can have lost its newest changes.</summary>
internal sealed class FaultyCatalog(ICatalogStore inner) : ICatalogStore
{
    private bool _isDown;
    private long _lost;

    /// <summary>True while the store is away.</summary>
    public bool IsDown { get => Volatile.Read(ref _isDown); set => Volatile.Write(ref _isDown, value); }

    /// <summary>By how many changes the feed has gone back.</summary>
    public long Lost { get => Volatile.Read(ref _lost); set => Volatile.Write(ref _lost, value); }

    private ICatalogStore Inner => IsDown ? throw new CatalogUnavailableException("Injected: the store is away.") : inner;

    public ValueTask<ItemRecord?> GetAsync(string itemId, CancellationToken cancellationToken) => Inner.GetAsync(itemId, cancellationToken);

    public ValueTask<CatalogChange> GetLastChangeAsync(string itemId, CancellationToken cancellationToken) =>
        Inner.GetLastChangeAsync(itemId, cancellationToken);

    public ValueTask<long> PutAsync(ItemRecord item, long? after, CancellationToken cancellationToken) => Inner.PutAsync(item, after, cancellationToken);

    public ValueTask<long> DeleteAsync(string itemId, long? after, CancellationToken cancellationToken) =>
        Inner.DeleteAsync(itemId, after, cancellationToken);

    public async ValueTask<long> GetHeadAsync(CancellationToken cancellationToken) => await Inner.GetHeadAsync(cancellationToken) - Lost;

    public IAsyncEnumerable<CatalogChange> ReadChangesAsync(long after, CancellationToken cancellationToken) =>
        Inner.ReadChangesAsync(after, cancellationToken);

    public ValueTask<IReadOnlyList<ItemRecord>> ListAsync(string? afterItemId, int count, CancellationToken cancellationToken) =>
        Inner.ListAsync(afterItemId, count, cancellationToken);
}
