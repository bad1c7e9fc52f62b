using RecActors.Journal.Sqlite;
using RecActors.Storage;

namespace RecActors.Journal;

public sealed class JournalRangeReaderTests : IDisposable
{
    private const int Users = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public async Task ReadAsync_WindowOfManyBlocks_HasEveryEntryInOrder(int blockBytes)
    {
        var token = TestContext.Current.CancellationToken;
        await using var storage = _folder.Open();
        var expected = new List<JournalRecord>();
        await AppendAsync(storage, expected, appends: 20, token);
        await storage.Checkpointer.CheckpointAsync(token);
        await AppendAsync(storage, expected, appends: 7, token);

        var reader = new JournalRangeReader(storage.Database.Readers, window: 1000, blockBytes);

        Assert.Equal(expected, await reader.ReadAsync(0, expected.Count, token).ToListAsync(token));
        Assert.Equal(expected[17..111], await reader.ReadAsync(17, 111, token).ToListAsync(token));
    }

    /// <summary>By all users in turn: in the snapshots their entries lie otherwise.</summary>
    private static async Task AppendAsync(EmbeddedStorage storage, List<JournalRecord> appended, int appends, CancellationToken cancellationToken)
    {
        for (var append = 0; append < appends; append++)
        {
            for (var user = 0; user < Users; user++)
            {
                var entry = Actions.Numbered(appended.Count, 1)[0];
                var opened = await storage.Journal.OpenAsync($"user-{user}", cancellationToken);
                await storage.Journal.AppendAsync($"user-{user}", opened.Epoch, opened.Entries.Count, [entry], cancellationToken);
                appended.Add(new JournalRecord(new JournalPosition(appended.Count + 1), $"user-{user}", opened.Entries.Count + 1, entry));
            }
        }
    }
}
