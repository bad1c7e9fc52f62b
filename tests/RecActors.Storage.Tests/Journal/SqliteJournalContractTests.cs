using RecActors.Storage;

namespace RecActors.Journal;

public sealed class SqliteJournalContractTests : UserJournalContract, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedStorage? _storage;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    protected override Task<IUserJournal> JournalAsync()
    {
        _storage = _folder.Open(options => options.RangeWindowEntries = 100);
        return Task.FromResult(_storage.Journal);
    }

    protected override async Task<IUserJournal> AgainAsync()
    {
        await CloseAsync();
        return await JournalAsync();
    }

    private async Task CloseAsync()
    {
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }
    }
}
