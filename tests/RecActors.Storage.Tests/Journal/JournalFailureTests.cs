using Microsoft.Data.Sqlite;
using RecActors.Sqlite;
using RecActors.Storage;

namespace RecActors.Journal;

public sealed class JournalFailureTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AppendAsync_DiskFull_IsUnavailableThenRecovers()
    {
        await using var storage = _folder.Open();
        var ann = await storage.Journal.OpenAsync("ann", None);
        var bob = await storage.Journal.OpenAsync("bob", None);
        await storage.Journal.AppendAsync("ann", ann.Epoch, 0, Actions.Numbered(0, 10), None);
        await FillDiskAsync(storage);

        await Assert.ThrowsAsync<JournalUnavailableException>(
            () => storage.Journal.AppendAsync("ann", ann.Epoch, 10, Actions.Numbered(10, 50_000), None).AsTask());
        Assert.Equal(Actions.Numbered(0, 10), await storage.Journal.ReadAsync("ann", None));

        // The outcome was unknown, so the old owner must open again; users outside the group go on.
        var stale = await storage.Journal.AppendAsync("ann", ann.Epoch, 10, Actions.Numbered(10, 1), None);
        var other = await storage.Journal.AppendAsync("bob", bob.Epoch, 0, Actions.Numbered(0, 1), None);
        var reopened = await storage.Journal.OpenAsync("ann", None);
        var retried = await storage.Journal.AppendAsync("ann", reopened.Epoch, 10, Actions.Numbered(10, 5), None);

        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Equal(AppendStatus.Appended, other.Status);
        Assert.Equal(AppendStatus.Appended, retried.Status);
        Assert.Equal(Actions.Numbered(0, 15), await storage.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task AppendAsync_GroupThatFails_LeavesNothingOfAnyUser()
    {
        await using (var storage = _folder.Open())
        {
            await FillDiskAsync(storage);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async user =>
            {
                var opened = await storage.Journal.OpenAsync($"user-{user}", None);
                try
                {
                    await storage.Journal.AppendAsync($"user-{user}", opened.Epoch, 0, Actions.Numbered(0, 20_000), None);
                    return (user, acknowledged: 20_000);
                }
                catch (JournalUnavailableException)
                {
                    return (user, acknowledged: 0);
                }
            }));

            foreach (var (user, acknowledged) in outcomes)
            {
                Assert.Equal(acknowledged, (await storage.Journal.ReadAsync($"user-{user}", None)).Count);
            }

            Assert.Contains(outcomes, outcome => outcome.acknowledged == 0);
        }

        await using var restarted = _folder.Open();
        var head = await restarted.Journal.GetHeadAsync(None);
        var read = await restarted.Journal.ReadRangeAsync(default, head, None).CountAsync(None);
        Assert.Equal(head.Value, read);
    }

    [Fact]
    public async Task CheckpointAsync_EntriesAreMissing_FailsInsteadOfTryingForEver()
    {
        await using (var storage = _folder.Open())
        {
            var opened = await storage.Journal.OpenAsync("ann", None);
            await storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 3), None);
            await storage.Journal.AppendAsync("ann", opened.Epoch, 3, Actions.Numbered(3, 3), None);
        }

        using (var session = SqliteSession.Open(_folder.DatabasePath, SqliteOpenMode.ReadWrite, ""))
        {
            session.Execute("DELETE FROM log WHERE id = (SELECT min(id) FROM log)");
        }

        await using var damaged = _folder.Open();
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => damaged.Checkpointer.CheckpointAsync(None).WaitAsync(TimeSpan.FromMinutes(1), None));
        Assert.Contains("missing", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => damaged.Journal.ReadAsync("ann", None).AsTask());
    }

    [Fact]
    public async Task AppendAsync_AfterStop_IsUnavailable()
    {
        var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        await storage.DisposeAsync();

        await Assert.ThrowsAsync<JournalUnavailableException>(
            () => storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None).AsTask());
        await Assert.ThrowsAsync<JournalUnavailableException>(() => storage.Journal.ReadAsync("ann", None).AsTask());
    }

    /// <summary>Lets the writer's session grow the database no more; the next session may again.</summary>
    private static Task<bool> FillDiskAsync(EmbeddedStorage storage) => storage.Database.Writer.WriteAsync(
        session =>
        {
            session.Execute("PRAGMA max_page_count = 1");
            return true;
        },
        bytes: 0);
}
