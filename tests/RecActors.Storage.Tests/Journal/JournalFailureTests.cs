using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
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
        await DamageAsync("ann");
        await using var damaged = _folder.Open();

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => damaged.Checkpointer.CheckpointAsync(None).WaitAsync(TimeSpan.FromMinutes(1), None));

        Assert.Contains("between its snapshot and its log, from row 6 of the log on", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => damaged.Journal.ReadAsync("ann", None).AsTask());
    }

    [Fact]
    public async Task AppendAsync_ALongLogIsDamaged_GoesOnAndIsNotFoldedAllTheTime()
    {
        await DamageAsync("ann");
        var log = new CountingLogger();
        var options = new EmbeddedStorageOptions { DataFolder = _folder.Path, CheckpointEntries = 1 };
        await using var damaged = EmbeddedStorage.Open(options, logger: log);
        var opened = await damaged.Journal.OpenAsync("bob", None);
        for (var length = 0; length < 50; length++)
        {
            Assert.Equal(AppendStatus.Appended, (await damaged.Journal.AppendAsync("bob", opened.Epoch, length, Actions.Numbered(length, 1), None)).Status);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(300), None);
        Assert.InRange(log.Warnings, 1, 3);

        await damaged.Journal.DeleteAsync("ann", None);
        await damaged.Checkpointer.CheckpointAsync(None);
        Assert.Equal(Actions.Numbered(0, 50), await damaged.Journal.ReadAsync("bob", None));
    }

    [Fact]
    public async Task CheckpointAsync_ADeletionIsDurableAndNotKnownYet_WaitsForIt()
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 3), None);
        await storage.Checkpointer.CheckpointAsync(None);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 3, Actions.Numbered(3, 3), None);
        var (before, held) = (new Held(), new Held());
        storage.Database.Writer.Enqueue(before);
        await before.Committed;

        // Both in the next group, of which the writer tells one after the other.
        storage.Database.Writer.Enqueue(held);
        var deleting = storage.Journal.DeleteAsync("ann", None).AsTask();
        before.LetGo();
        await held.Committed;
        var checkpoint = Task.Run(() => storage.Checkpointer.CheckpointAsync(None), None);
        await Task.Delay(TimeSpan.FromMilliseconds(200), None);
        Assert.False(checkpoint.IsCompleted);
        held.LetGo();

        await deleting;
        await checkpoint;
        Assert.Empty(await storage.Journal.ReadAsync("ann", None));
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

    /// <summary>Leaves a user whose first append is missing.</summary>
    private async Task DamageAsync(string user)
    {
        await using (var storage = _folder.Open())
        {
            var opened = await storage.Journal.OpenAsync(user, None);
            await storage.Journal.AppendAsync(user, opened.Epoch, 0, Actions.Numbered(0, 3), None);
            await storage.Journal.AppendAsync(user, opened.Epoch, 3, Actions.Numbered(3, 3), None);
        }

        using var session = SqliteSession.Open(_folder.DatabasePath, SqliteOpenMode.ReadWrite, "");
        session.Execute("DELETE FROM log WHERE id = (SELECT min(id) FROM log)");
    }

    /// <summary>A write after which the writer waits.</summary>
    private sealed class Held : WriteOperation
    {
        private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The writer has it in the database, and waits.</summary>
        public Task Committed => _committed.Task;

        public void LetGo() => _letGo.SetResult();

        public override void Execute(SqliteSession session)
        {
        }

        public override void OnCommitted()
        {
            _committed.SetResult();
            _letGo.Task.GetAwaiter().GetResult();
        }

        public override void OnFailed(Exception error)
        {
        }
    }

    private sealed class CountingLogger : ILogger<EmbeddedStorage>
    {
        private int _warnings;

        public int Warnings => Volatile.Read(ref _warnings);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Interlocked.Increment(ref _warnings);
            }
        }
    }
}
