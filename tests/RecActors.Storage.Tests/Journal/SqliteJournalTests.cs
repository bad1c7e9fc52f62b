namespace RecActors.Journal;

public sealed class SqliteJournalTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AppendAsync_EpochOfAnEarlierProcess_IsFenced()
    {
        long earlier;
        await using (var storage = _folder.Open())
        {
            earlier = (await storage.Journal.OpenAsync("ann", None)).Epoch;
        }

        await using var restarted = _folder.Open();
        var opened = await restarted.Journal.OpenAsync("ann", None);
        var stale = await restarted.Journal.AppendAsync("ann", earlier, 0, Actions.Numbered(1, 1), None);

        Assert.True(opened.Epoch > earlier);
        Assert.Equal(AppendStatus.Fenced, stale.Status);
    }

    [Fact]
    public async Task AppendAsync_ManyUsersAtOnce_LosesNothingAndKeepsEachOrder()
    {
        const int users = 64;
        const int appends = 40;
        await using var storage = _folder.Open(options =>
        {
            options.CheckpointEntries = 300;
            options.MaxTailEntries = 900;
            options.CheckpointSliceUsers = 7;
        });
        await Parallel.ForAsync(0, users, None, async (user, cancellationToken) =>
        {
            var opened = await storage.Journal.OpenAsync($"user-{user}", cancellationToken);
            var length = 0L;
            for (var i = 0; i < appends; i++)
            {
                var result = await storage.Journal.AppendAsync(
                    $"user-{user}", opened.Epoch, length, Actions.Numbered(3 * i, 3), cancellationToken);
                Assert.Equal(AppendStatus.Appended, result.Status);
                length = result.Length;
                Assert.Equal(length, (await storage.Journal.ReadAsync($"user-{user}", cancellationToken)).Count);
            }
        });

        for (var user = 0; user < users; user++)
        {
            Assert.Equal(Actions.Numbered(0, 3 * appends), await storage.Journal.ReadAsync($"user-{user}", None));
        }

        var head = await storage.Journal.GetHeadAsync(None);
        Assert.Equal(users * appends * 3, head.Value);
    }

    [Fact]
    public async Task DeleteAsync_UserInLogAndSnapshot_IsGoneAndItsOwnerFenced()
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 100), None);
        await storage.Checkpointer.CheckpointAsync(None);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 100, Actions.Numbered(100, 10), None);
        var head = await storage.Journal.GetHeadAsync(None);

        await storage.Journal.DeleteAsync("ann", None);
        var stale = await storage.Journal.AppendAsync("ann", opened.Epoch, 110, Actions.Numbered(110, 1), None);
        var reopened = await storage.Journal.OpenAsync("ann", None);
        var fresh = await storage.Journal.AppendAsync("ann", reopened.Epoch, 0, Actions.Numbered(7, 1), None);

        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Empty(reopened.Entries);
        Assert.True(fresh.Position > head);
        Assert.Equal(Actions.Numbered(7, 1), await storage.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task DeleteAsync_InTheSameGroupAsAppends_TakesThemToo()
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        var append = storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 5), None);
        var delete = storage.Journal.DeleteAsync("ann", None);
        await append;
        await delete;

        Assert.Empty(await storage.Journal.ReadAsync("ann", None));
        Assert.False(await storage.Journal.ContainsAsync("ann", None));
    }

    [Fact]
    public async Task DeleteAsync_LeavesNoTraceInTheFiles()
    {
        await using (var storage = _folder.Open())
        {
            var opened = await storage.Journal.OpenAsync("user-to-forget", None);
            await storage.Journal.AppendAsync("user-to-forget", opened.Epoch, 0, [Actions.Read("telling-item")], None);
            await storage.Checkpointer.CheckpointAsync(None);
            await storage.Journal.AppendAsync("user-to-forget", opened.Epoch, 1, [Actions.Read("telling-item")], None);
            await storage.Journal.DeleteAsync("user-to-forget", None);
            await storage.Checkpointer.CheckpointAsync(None);
            AssertNoTrace();
        }

        AssertNoTrace();

        void AssertNoTrace()
        {
            foreach (var file in Directory.EnumerateFiles(_folder.Path, "recactors.db*"))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                Assert.Equal(-1, bytes.AsSpan().IndexOf("telling-item"u8));
                Assert.Equal(-1, bytes.AsSpan().IndexOf("user-to-forget"u8));
            }
        }
    }

    [Fact]
    public async Task RegisterAsync_User_IsListedWithoutEntries()
    {
        await using (var storage = _folder.Open())
        {
            await storage.Journal.RegisterAsync("ann", None);
            await storage.Journal.RegisterAsync("ann", None);
            Assert.True(await storage.Journal.ContainsAsync("ann", None));
            Assert.Empty(await storage.Journal.ReadAsync("ann", None));
        }

        await using var restarted = _folder.Open();
        await restarted.Checkpointer.CheckpointAsync(None);
        var opened = await restarted.Journal.OpenAsync("ann", None);
        await restarted.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(1, 1), None);

        Assert.Equal(["ann"], await restarted.Journal.ListUsersAsync(null, 10, None));
        Assert.Equal(Actions.Numbered(1, 1), await restarted.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task ListUsersAsync_PagedOverLogAndSnapshots_IsInOrdinalOrder()
    {
        // U+E000 and above sorts after surrogate pairs ordinally, and before them in UTF-8.
        string[] users = ["b", "a", "B", "ä", "\ue000", "\U0001F600", "\uffee", "a\0", "a/b", "zz", "10", "9"];
        await using var storage = _folder.Open();
        foreach (var (user, index) in users.Select((user, index) => (user, index)))
        {
            await storage.Journal.RegisterAsync(user, None);
            if (index == users.Length / 2)
            {
                await storage.Checkpointer.CheckpointAsync(None);
            }
        }

        var listed = new List<string>();
        while (await storage.Journal.ListUsersAsync(listed.LastOrDefault(), 5, None) is { Count: > 0 } page)
        {
            listed.AddRange(page);
        }

        Assert.Equal(users.Order(StringComparer.Ordinal), listed);
    }
}
