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
    public async Task CheckpointAsync_KilledBetweenFoldAndTrim_CountsNothingTwice()
    {
        await using var storage = _folder.Open();
        var before = await FillAsync(storage, users: 5, appends: 30);
        using var beforeFold = _folder.Copy();
        await storage.Checkpointer.CheckpointAsync(None);

        // The log of before with the snapshots of after: what a kill between the two leaves.
        Execute(storage, $"""
            ATTACH '{beforeFold.DatabasePath}' AS old;
            INSERT INTO main.log SELECT * FROM old.log;
            DETACH old;
            """);
        using var killed = _folder.Copy();
        await using var restarted = killed.Open();

        Assert.Equal(before, await ReadAsync(restarted, users: 5));
        await restarted.Checkpointer.CheckpointAsync(None);
        Assert.Equal(before, await ReadAsync(restarted, users: 5));
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
    public async Task Storage_FiftyActionsAUser_TakesAtMost48BytesAnAction()
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

        // Free pages are the log's, which the next log fills again.
        var pages = Count(storage, "PRAGMA page_count") - Count(storage, "PRAGMA freelist_count");
        var bytes = pages * Count(storage, "PRAGMA page_size");
        Assert.True(bytes <= 48L * users * actions, $"{bytes / (double)(users * actions):F1} bytes an action");
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
