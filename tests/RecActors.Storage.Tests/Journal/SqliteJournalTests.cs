namespace RecActors.Journal;

public sealed class SqliteJournalTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenAsync_UnknownUser_IsEmptyAndMayAppend()
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        var result = await storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(1, 3), None);

        Assert.Empty(opened.Entries);
        Assert.Equal(new AppendResult(AppendStatus.Appended, 3, new JournalPosition(3)), result);
        Assert.Equal(Actions.Numbered(1, 3), await storage.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task AppendAsync_EpochOfAnEarlierOwner_IsFenced()
    {
        await using var storage = _folder.Open();
        var first = await storage.Journal.OpenAsync("ann", None);
        var second = await storage.Journal.OpenAsync("ann", None);

        var stale = await storage.Journal.AppendAsync("ann", first.Epoch, 0, Actions.Numbered(1, 1), None);
        var current = await storage.Journal.AppendAsync("ann", second.Epoch, 0, Actions.Numbered(2, 1), None);

        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Equal(AppendStatus.Appended, current.Status);
        Assert.Equal(Actions.Numbered(2, 1), await storage.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task ReadHeadAsync_AnyOwner_NamesTheLastOneAndTheLength()
    {
        await using var storage = _folder.Open();
        Assert.Equal(new JournalHead(0, 0), await storage.Journal.ReadHeadAsync("ann", None));
        var first = await storage.Journal.OpenAsync("ann", None);
        await storage.Journal.AppendAsync("ann", first.Epoch, 0, Actions.Numbered(1, 3), None);
        Assert.Equal(new JournalHead(first.Epoch, 3), await storage.Journal.ReadHeadAsync("ann", None));

        var second = await storage.Journal.OpenAsync("ann", None);

        Assert.Equal(new JournalHead(second.Epoch, 3), await storage.Journal.ReadHeadAsync("ann", None));
        await storage.Journal.DeleteAsync("ann", None);
        Assert.Equal(new JournalHead(0, 0), await storage.Journal.ReadHeadAsync("ann", None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AppendAsync_WrongLength_IsFenced(long expectedLength)
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(1, 2), None);

        var result = await storage.Journal.AppendAsync("ann", opened.Epoch, expectedLength, Actions.Numbered(3, 1), None);

        Assert.Equal(AppendStatus.Fenced, result.Status);
        Assert.Equal(2, (await storage.Journal.ReadAsync("ann", None)).Count);
    }

    [Fact]
    public async Task AppendAsync_WithoutOpening_IsFenced()
    {
        await using var storage = _folder.Open();
        var result = await storage.Journal.AppendAsync("ann", 1, 0, Actions.Numbered(1, 1), None);
        Assert.Equal(AppendStatus.Fenced, result.Status);
    }

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
    public async Task AppendAsync_SeveralInFlight_AreWrittenInTheOrderOfTheirLengths()
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        var appends = Enumerable.Range(0, 500)
            .Select(i => storage.Journal.AppendAsync("ann", opened.Epoch, 2 * i, Actions.Numbered(2 * i, 2), None).AsTask())
            .ToArray();
        var results = await Task.WhenAll(appends);

        Assert.All(results, result => Assert.Equal(AppendStatus.Appended, result.Status));
        Assert.Equal(Actions.Numbered(0, 1000), await storage.Journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task AppendAsync_NoEntries_WritesNothingButIsFencedAlike()
    {
        await using var storage = _folder.Open();
        var opened = await storage.Journal.OpenAsync("ann", None);
        var right = await storage.Journal.AppendAsync("ann", opened.Epoch, 0, [], None);
        var wrong = await storage.Journal.AppendAsync("ann", opened.Epoch, 1, [], None);

        Assert.Equal(AppendStatus.Appended, right.Status);
        Assert.Equal(AppendStatus.Fenced, wrong.Status);
        Assert.False(await storage.Journal.ContainsAsync("ann", None));
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
    public async Task OpenAsync_WhileTheOldOwnerAppends_SeesAllThatWasAcknowledged()
    {
        await using var storage = _folder.Open();
        for (var round = 0; round < 20; round++)
        {
            var user = $"user-{round}";
            var old = await storage.Journal.OpenAsync(user, None);
            var appending = Task.Run(
                async () =>
                {
                    var length = 0L;
                    while (true)
                    {
                        var result = await storage.Journal.AppendAsync(user, old.Epoch, length, Actions.Numbered((int)length, 1), None);
                        if (result.Status == AppendStatus.Fenced)
                        {
                            return length;
                        }

                        length = result.Length;
                    }
                },
                None);
            await storage.Journal.ReadAsync(user, None);
            var opened = await storage.Journal.OpenAsync(user, None);
            var next = await storage.Journal.AppendAsync(user, opened.Epoch, opened.Entries.Count, Actions.Numbered(opened.Entries.Count, 1), None);

            Assert.Equal(await appending, opened.Entries.Count);
            Assert.Equal(AppendStatus.Appended, next.Status);
            Assert.Equal(Actions.Numbered(0, opened.Entries.Count + 1), await storage.Journal.ReadAsync(user, None));
        }
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
