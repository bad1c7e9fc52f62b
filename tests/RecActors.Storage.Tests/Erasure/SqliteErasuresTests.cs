using RecActors.Journal;
using RecActors.Journal.Sqlite;
using RecActors.Storage;

namespace RecActors.Erasure;

public sealed class SqliteErasuresTests : IDisposable
{
    /// <summary>As nobody else begins: of a name that follows one like it, the index of items holds the rest alone.</summary>
    private const string User = "forget-me";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CompactAsync_AfterAnErasure_LeavesNoByteOfTheUserAndAllOfTheOthers()
    {
        await using var storage = _folder.Open();
        for (var user = 0; user < 200; user++)
        {
            await AppendAsync(storage, $"user-{user}", 40);
            await AppendAsync(storage, $"{User}-{user % 3}", 1);
            if (user % 50 == 0)
            {
                await storage.Checkpointer.CheckpointAsync(None);
            }
        }

        await AppendAsync(storage, $"{User}-0", 5);
        await storage.Checkpointer.CheckpointAsync(None);
        Assert.NotEmpty(StoredBytes.FilesWith(_folder.Path, User));
        Assert.True(IsInTheIndex(storage));

        for (var user = 0; user < 3; user++)
        {
            await storage.Journal.EraseAsync($"{User}-{user}", DateTimeOffset.UtcNow.AddDays(1), None);
        }

        await storage.Erasures.CompactAsync(new Ignored(), None);

        Assert.Empty(StoredBytes.FilesWith(_folder.Path, User));
        Assert.Equal(200, (await storage.Journal.ListUsersAsync(null, 1000, None)).Count);
        Assert.Equal(Actions.Numbered(0, 40), await storage.Journal.ReadAsync("user-7", None));
        Assert.Equal(3, await storage.Erasures.CountAsync(None));
        await AppendAsync(storage, "user-0", 3);
        Assert.Equal(43, (await storage.Journal.ReadAsync("user-0", None)).Count);
    }

    [Fact]
    public async Task CompactAsync_WhileUsersAct_LosesNothing()
    {
        await using var storage = _folder.Open();
        using var done = new CancellationTokenSource();
        var acting = Task.Run(
            async () =>
            {
                var written = 0;
                while (!done.IsCancellationRequested)
                {
                    await AppendAsync(storage, "ann", 1);
                    written++;
                }

                return written;
            },
            None);
        for (var round = 0; round < 5; round++)
        {
            await storage.Erasures.CompactAsync(new Ignored(), None);
        }

        await done.CancelAsync();

        Assert.Equal(await acting, (await storage.Journal.ReadAsync("ann", None)).Count);
    }

    [Fact]
    public async Task CompactAsync_WithoutRoomForTheRewrite_IsRefusedAndSaysWhere()
    {
        await using var storage = _folder.Open();
        await AppendAsync(storage, "ann", 10);
        var full = new SqliteErasures(storage.Database, (SqliteJournal)storage.Journal, TimeProvider.System, folder => folder == _folder.Path ? 1 << 20 : long.MaxValue);

        var refusal = await Assert.ThrowsAsync<IOException>(() => full.CompactAsync(new Ignored(), None));

        Assert.Contains($"MiB in {_folder.Path}, where 1 MiB are free", refusal.Message, StringComparison.Ordinal);
        await AppendAsync(storage, "ann", 1);
        Assert.Equal(11, (await storage.Journal.ReadAsync("ann", None)).Count);
        await storage.Erasures.CompactAsync(new Ignored(), None);
    }

    [Fact]
    public async Task WriteAsync_WhatAnotherStoreGave_RefusesTheSameUsers()
    {
        using var elsewhere = new TemporaryFolder();
        await using var from = _folder.Open();
        await from.Journal.EraseAsync("ann", DateTimeOffset.UtcNow.AddDays(1), None);
        await from.Journal.EraseAsync("old", DateTimeOffset.UtcNow.AddDays(-1), None);
        await using var to = elsewhere.Open();

        await to.Erasures.WriteAsync(await from.Erasures.ReadAsync(None), None);

        Assert.True(await to.Journal.IsErasedAsync("ann", None));
        Assert.False(await to.Journal.IsErasedAsync("old", None));
        Assert.Equal(1, await to.Erasures.CountAsync(None));
    }

    private static bool IsInTheIndex(EmbeddedStorage storage)
    {
        using var session = storage.Database.OpenSession();
        return (long)session.Scalar($"SELECT count(*) FROM item_user_blocks WHERE instr(users, CAST('{User}' AS BLOB)) > 0")! > 0;
    }

    private static async Task AppendAsync(EmbeddedStorage storage, string user, int count)
    {
        var opened = await storage.Journal.OpenAsync(user, None);
        var length = opened.Entries.Count;
        await storage.Journal.AppendAsync(user, opened.Epoch, length, Actions.Numbered(length, count), None);
    }

    private sealed class Ignored : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
