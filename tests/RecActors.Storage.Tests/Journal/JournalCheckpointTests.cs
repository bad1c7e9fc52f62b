using RecActors.Journal.Sqlite;
using RecActors.Packing;
using RecActors.Storage;

namespace RecActors.Journal;

public sealed class JournalCheckpointTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CheckpointAsync_AnyLog_ChangesNoReading()
    {
        await using var storage = _folder.Open(options => options.CheckpointSliceUsers = 3);
        var before = await FillAsync(storage, users: 10, appends: 70);

        await storage.Checkpointer.CheckpointAsync(None);
        var after = await ReadAsync(storage, users: 10);

        Assert.Equal(before, after);
        Assert.Equal(0, Count(storage, "SELECT count(*) FROM log"));
    }

    [Fact]
    public async Task CheckpointAsync_AnyLog_KeepsTheIndexOfItems()
    {
        await using var storage = _folder.Open(options => options.CheckpointSliceUsers = 3);
        string[] users = [.. Enumerable.Range(0, 10).Select(user => $"user-{user}")];
        foreach (var user in users)
        {
            var opened = await storage.Journal.OpenAsync(user, None);
            await storage.Journal.AppendAsync(user, opened.Epoch, 0, [Actions.Read("all's"), Actions.Read($"{user}'s")], None);
        }

        await storage.Journal.DeleteAsync("user-3", None);
        await storage.Checkpointer.CheckpointAsync(None);
        await storage.Journal.DeleteAsync("user-4", None);
        users = [.. users.Except(["user-3", "user-4"])];

        Assert.Equal(users, await storage.Journal.ListUsersOfItemAsync("all's", null, 100, None));
        Assert.Equal(["user-5"], await storage.Journal.ListUsersOfItemAsync("user-5's", null, 100, None));
        Assert.Equal(2 * users.Length, IndexOf(storage).Count);
    }

    [Fact]
    public async Task Open_AfterAProcessThatDoesNotKnowTheIndex_MakesItAnew()
    {
        await using (var storage = _folder.Open())
        {
            await AppendAsync(storage, "ann", "a");
            await AppendAsync(storage, "bob", "a");
            await storage.Checkpointer.CheckpointAsync(None);

            var cidAlone = Convert.ToHexString(Assert.Single(ItemUserBlock.Seal([3, .. "cid"u8], [])).Block);

            // What an older version leaves: a raised epoch, a snapshot without its items, a deleted user with them; and the table of one in between.
            Execute(storage, $"""
                UPDATE meta SET value = value + 1 WHERE key = 'epoch';
                UPDATE item_user_blocks SET users = x'{cidAlone}';
                CREATE TABLE item_users(item BLOB NOT NULL, user BLOB NOT NULL, PRIMARY KEY(item, user)) WITHOUT ROWID;
                INSERT INTO item_users VALUES (x'61', x'636964');
                INSERT INTO meta VALUES ('indexed', 1);
                """);
        }

        await using var again = _folder.Open();
        Assert.Equal(["ann", "bob"], await again.Journal.ListUsersOfItemAsync("a", null, 10, None));
        Assert.Equal(0, Count(again, "SELECT (SELECT count(*) FROM sqlite_schema WHERE name = 'item_users') + (SELECT count(*) FROM meta WHERE key = 'indexed')"));

        static async Task AppendAsync(EmbeddedStorage storage, string user, string item)
        {
            var opened = await storage.Journal.OpenAsync(user, None);
            await storage.Journal.AppendAsync(user, opened.Epoch, 0, [Actions.Read(item)], None);
        }
    }

    [Fact]
    public async Task CheckpointAsync_KilledBetweenFoldAndTrim_CountsNothingTwice()
    {
        await using var storage = _folder.Open();
        var before = await FillAsync(storage, users: 5, appends: 30);
        using var beforeFold = _folder.Copy();
        await storage.Checkpointer.CheckpointAsync(None);

        // The log of before with the snapshots of after: what a kill between the two leaves.
        TakeLogOf(beforeFold, storage);
        using var killed = _folder.Copy();
        await using var restarted = killed.Open();

        Assert.Equal(before, await ReadAsync(restarted, users: 5));
        await restarted.Checkpointer.CheckpointAsync(None);
        Assert.Equal(before, await ReadAsync(restarted, users: 5));
    }

    [Fact]
    public async Task CheckpointAsync_KilledBetweenFoldAndIndex_IndexesEveryItemAfterTheRestart()
    {
        string[] users = ["user-0", "user-1", "user-2", "user-3", "user-4"];
        await using var storage = _folder.Open();
        await FillAsync(storage, users.Length, appends: 3);
        using var beforeFold = _folder.Copy();
        await storage.Checkpointer.CheckpointAsync(None);

        // The log of before with the snapshots of after, and the index not yet written.
        TakeLogOf(beforeFold, storage);
        Execute(storage, "DELETE FROM item_user_blocks");
        using var killed = _folder.Copy();
        await using var restarted = killed.Open();

        Assert.Equal(users, await restarted.Journal.ListUsersOfItemAsync("item-1", null, 10, None));
        await restarted.Checkpointer.CheckpointAsync(None);
        Assert.Equal(users, await restarted.Journal.ListUsersOfItemAsync("item-1", null, 10, None));
        Assert.Equal(3 * users.Length, IndexOf(restarted).Count);
    }

    [Fact]
    public async Task CheckpointAsync_UserDeletedBetweenFoldAndIndex_LeavesNoTrace()
    {
        const int users = 8;
        await using var storage = _folder.Open(options => options.CheckpointSliceUsers = 1);
        await FillAsync(storage, users, appends: 3);

        // On the writer's thread, after its first group: the fold of the first slice.
        var (deleting, wakeIfDue) = (Task.CompletedTask, storage.Database.Writer.Committed);
        storage.Database.Writer.Committed = () =>
        {
            storage.Database.Writer.Committed = wakeIfDue;
            deleting = storage.Journal.DeleteAsync("user-0", None).AsTask();
        };
        await storage.Checkpointer.CheckpointAsync(None);
        await deleting;

        Assert.DoesNotContain("user-0", IndexOf(storage).Select(entry => entry.User));
        Assert.Equal(3 * (users - 1), IndexOf(storage).Count);
    }

    [Fact]
    public async Task AppendAsync_LogAtItsBound_WaitsForTheCheckpoint()
    {
        await using var storage = _folder.Open(options => options.CheckpointEntries = options.MaxTailEntries = 10);
        var opened = await storage.Journal.OpenAsync("ann", None);
        for (var i = 0; i < 100; i++)
        {
            var result = await storage.Journal.AppendAsync("ann", opened.Epoch, i, Actions.Numbered(i, 1), None);
            Assert.Equal(AppendStatus.Appended, result.Status);
        }

        Assert.Equal(Actions.Numbered(0, 100), await storage.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task ReadRangeAsync_WhileCheckpointsRun_HasEveryEntryOnce()
    {
        await using var storage = _folder.Open(options =>
        {
            options.CheckpointEntries = 50;
            options.CheckpointSliceUsers = 2;
            options.RangeWindowEntries = 64;
        });
        await FillAsync(storage, users: 8, appends: 60);
        var head = await storage.Journal.GetHeadAsync(None);
        var checkpoints = storage.Checkpointer.CheckpointAsync(None);
        var records = await storage.Journal.ReadRangeAsync(default, head, None).ToListAsync(None);
        await checkpoints;

        Assert.Equal(Enumerable.Range(1, 8 * 60).Select(position => (long)position), records.Select(record => record.Position.Value));
    }

    [Fact]
    public async Task ReadAsync_CorruptSnapshot_IsRefused()
    {
        await using var storage = _folder.Open();
        await FillAsync(storage, users: 1, appends: 3);
        await storage.Checkpointer.CheckpointAsync(None);
        Execute(storage, "UPDATE snapshots SET entries = substr(entries, 1, length(entries) - 1) || x'ff'");

        await Assert.ThrowsAsync<InvalidDataException>(() => storage.Journal.ReadAsync("user-0", None).AsTask());
    }

    [Fact]
    public async Task Storage_FiftyActionsAUser_TakesAtMost52BytesAnAction()
    {
        const int users = 400;
        const int actions = 50;
        await using var storage = _folder.Open();
        await Parallel.ForAsync(0, users, None, async (user, cancellationToken) =>
        {
            var opened = await storage.Journal.OpenAsync($"user-{user}", cancellationToken);
            for (var i = 0; i < actions; i++)
            {
                var entry = Actions.Read($"item-{1000 + (7 * i)}", 1_700_000_000_123 + i, OrdinalHash(user, i));
                await storage.Journal.AppendAsync($"user-{user}", opened.Epoch, i, [entry], cancellationToken);
            }
        });
        await storage.Checkpointer.CheckpointAsync(None);

        var all = BytesAnAction();
        Execute(storage, "DROP TABLE item_user_blocks");
        var journals = BytesAnAction();
        Assert.True(journals <= 48, $"{journals:F1} bytes an action");
        Assert.True(all - journals <= 4, $"{all - journals:F1} bytes an action for the index of items");

        // Free pages are the log's, which the next log fills again.
        double BytesAnAction() =>
            (Count(storage, "PRAGMA page_count") - Count(storage, "PRAGMA freelist_count"))
            * Count(storage, "PRAGMA page_size") / (double)(users * actions);
    }

    private static ulong OrdinalHash(int user, int action) =>
        System.IO.Hashing.XxHash64.HashToUInt64(OrdinalText.GetBytes($"{user}/{action}"));

    private static async Task<List<string>> FillAsync(EmbeddedStorage storage, int users, int appends)
    {
        for (var i = 0; i < appends; i++)
        {
            for (var user = 0; user < users; user++)
            {
                var opened = await storage.Journal.OpenAsync($"user-{user}", None);
                await storage.Journal.AppendAsync($"user-{user}", opened.Epoch, i, Actions.Numbered(i, 1), None);
            }
        }

        return await ReadAsync(storage, users);
    }

    /// <summary>Everything a reader can see, as lines.</summary>
    private static async Task<List<string>> ReadAsync(EmbeddedStorage storage, int users)
    {
        var lines = new List<string>();
        for (var user = 0; user < users; user++)
        {
            lines.AddRange((await storage.Journal.ReadAsync($"user-{user}", None)).Select(entry => $"user-{user}: {entry}"));
        }

        var head = await storage.Journal.GetHeadAsync(None);
        await foreach (var record in storage.Journal.ReadRangeAsync(default, head, None))
        {
            lines.Add(record.ToString());
        }

        return lines;
    }

    private static List<(string Item, string User)> IndexOf(EmbeddedStorage storage)
    {
        var entries = new List<(string, string)>();
        using var session = storage.Database.OpenSession();
        using var rows = session.Prepare("SELECT item, users FROM item_user_blocks");
        while (rows.Step())
        {
            var names = new FrontCodedReader(ItemUserBlock.Open(rows.Blob(1)));
            while (names.MoveNext())
            {
                entries.Add((OrdinalText.GetString(rows.Blob(0)), OrdinalText.GetString(names.Name)));
            }
        }

        return entries;
    }

    private static void TakeLogOf(TemporaryFolder before, EmbeddedStorage storage) => Execute(storage, $"""
        ATTACH '{before.DatabasePath}' AS old;
        INSERT INTO main.log SELECT * FROM old.log;
        DETACH old;
        """);

    private static void Execute(EmbeddedStorage storage, string sql)
    {
        using var session = storage.Database.OpenSession();
        session.Execute(sql);
    }

    private static long Count(EmbeddedStorage storage, string sql)
    {
        using var session = storage.Database.OpenSession();
        return (long)session.Scalar(sql)!;
    }
}
