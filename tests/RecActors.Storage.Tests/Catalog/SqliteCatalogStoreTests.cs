using RecActors.Storage;

namespace RecActors.Catalog;

public sealed class SqliteCatalogStoreTests : CatalogStoreContract, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedStorage? _storage;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    protected override Task<ICatalogStore> CatalogAsync()
    {
        _storage = _folder.Open();
        return Task.FromResult(_storage.Catalog);
    }

    protected override async Task<ICatalogStore> AgainAsync()
    {
        await CloseAsync();
        return await CatalogAsync();
    }

    private async Task CloseAsync()
    {
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }
    }
}
