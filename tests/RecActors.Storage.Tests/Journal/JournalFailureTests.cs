using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using RecActors.Sqlite;
using RecActors.Storage;

namespace RecActors.Journal;

public sealed class JournalFailureTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

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
        await LoseFirstAppendAsync("ann");
        await using var damaged = _folder.Open();

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => damaged.Checkpointer.CheckpointAsync(None).WaitAsync(Patience, None));

        Assert.Contains("row 6 of the log is: entries between its snapshot and its log are missing", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => damaged.Journal.ReadAsync("ann", None).AsTask());
    }

    [Fact]
    public async Task AppendAsync_ALongLogIsDamaged_GoesOnAndIsNotFoldedAllTheTime()
    {
        await LoseFirstAppendAsync("ann");
        var log = new CountingLogger();
        var options = new EmbeddedStorageOptions { DataFolder = _folder.Path, CheckpointEntries = 1, CheckpointIdleTime = TimeSpan.FromHours(1) };
        await using var damaged = EmbeddedStorage.Open(options, logger: log);
        await AppendAsync(damaged, "bob", 0, 50);

        await Task.Delay(TimeSpan.FromMilliseconds(300), None);
        Assert.InRange(log.Warnings, 1, 2);
        Assert.Equal(Actions.Numbered(0, 50), await damaged.Journal.ReadAsync("bob", None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AppendAsync_AFullLogIsDamaged_IsRefusedUntilTheUserIsErased(bool inItsSnapshot)
    {
        await (inItsSnapshot ? SpoilSnapshotAsync("ann") : LoseFirstAppendAsync("ann"));
        await using var damaged = _folder.Open(options =>
        {
            options.CheckpointEntries = options.MaxTailEntries = 10;
            options.CheckpointIdleTime = TimeSpan.FromHours(1);
        });
        await AppendAsync(damaged, "bob", 0, 7);
        var refusal = await Assert.ThrowsAsync<JournalUnavailableException>(() => AppendAsync(damaged, "bob", 7, 1).WaitAsync(Patience, None));
        Assert.Matches("that of whom row [0-9]+ of the log is: ", refusal.Message);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => AppendAsync(damaged, "bob", 7, 1).WaitAsync(Patience, None));

        await damaged.Journal.EraseAsync("ann", DateTimeOffset.UtcNow.AddDays(1), None);

        await AppendAsync(damaged, "bob", 7, 20).WaitAsync(Patience, None);
        Assert.Equal(Actions.Numbered(0, 27), await damaged.Journal.ReadAsync("bob", None));
    }

    [Fact]
    public async Task CheckpointAsync_ADeletionIsDurableAndNotKnownYet_WaitsForIt()
    {
        using var before = new Held();
        using var held = new Held();
        await using var storage = _folder.Open();
        await AppendAsync(storage, "ann", 0, 3);
        await storage.Checkpointer.CheckpointAsync(None);
        await AppendAsync(storage, "ann", 3, 3);
        storage.Database.Writer.Enqueue(before);
        await before.Committed.WaitAsync(Patience, None);

        // Both in the next group, of which the writer tells one after the other.
        storage.Database.Writer.Enqueue(held);
        var deleting = storage.Journal.DeleteAsync("ann", None).AsTask();
        before.LetGo();
        await held.Committed.WaitAsync(Patience, None);
        var checkpoint = Task.Run(() => storage.Checkpointer.CheckpointAsync(None), None);
        await Task.WhenAny(checkpoint, Task.Delay(TimeSpan.FromMilliseconds(200), None));
        held.LetGo();

        await deleting.WaitAsync(Patience, None);
        await checkpoint.WaitAsync(Patience, None);
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

    private static async Task AppendAsync(EmbeddedStorage storage, string user, int from, int count)
    {
        var opened = await storage.Journal.OpenAsync(user, None);
        for (var length = from; length < from + count; length++)
        {
            Assert.Equal(AppendStatus.Appended, (await storage.Journal.AppendAsync(user, opened.Epoch, length, Actions.Numbered(length, 1), None)).Status);
        }
    }

    /// <summary>Leaves three entries in the log, without the three before them.</summary>
    private async Task LoseFirstAppendAsync(string user)
    {
        await using (var storage = _folder.Open())
        {
            var opened = await storage.Journal.OpenAsync(user, None);
            await storage.Journal.AppendAsync(user, opened.Epoch, 0, Actions.Numbered(0, 3), None);
            await storage.Journal.AppendAsync(user, opened.Epoch, 3, Actions.Numbered(3, 3), None);
        }

        Execute("DELETE FROM log WHERE id = (SELECT min(id) FROM log)");
    }

    /// <summary>Leaves three entries in the log, and a snapshot of those before that is not what was written.</summary>
    private async Task SpoilSnapshotAsync(string user)
    {
        await using (var storage = _folder.Open())
        {
            await AppendAsync(storage, user, 0, 3);
            await storage.Checkpointer.CheckpointAsync(None);
            await AppendAsync(storage, user, 3, 3);
        }

        Execute("UPDATE snapshots SET entries = substr(entries, 1, length(entries) - 1) || x'ff'");
    }

    private void Execute(string sql)
    {
        using var session = SqliteSession.Open(_folder.DatabasePath, SqliteOpenMode.ReadWrite, "");
        session.Execute(sql);
    }

    /// <summary>A write after which the writer waits until it is let go.</summary>
    private sealed class Held : WriteOperation, IDisposable
    {
        private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The writer has it in the database, and waits.</summary>
        public Task Committed => _committed.Task;

        public void LetGo() => _letGo.TrySetResult();

        public void Dispose() => LetGo();

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
