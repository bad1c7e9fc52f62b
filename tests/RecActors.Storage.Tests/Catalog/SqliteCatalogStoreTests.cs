using RecActors.Storage;
using RecActors.Threads;

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

    [Fact]
    public async Task ReadChanges_ForABackgroundThread_IsReadOnThatThreadAlone()
    {
        var token = TestContext.Current.CancellationToken;
        var catalog = await CatalogAsync();
        await catalog.PutAsync(new ItemRecord { ItemId = "item" }, null, token);

        // Nothing is awaited: whatever another thread had to do would not be done yet.
        var isThere = await BackgroundThread.RunAsync(
            "test",
            () =>
            {
                var next = catalog.ReadChangesAsync(0, token).GetAsyncEnumerator(token).MoveNextAsync().AsTask();
                return next.IsCompletedSuccessfully && next.Result;
            },
            token);

        Assert.True(isThere);
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
