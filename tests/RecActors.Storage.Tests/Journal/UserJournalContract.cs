namespace RecActors.Journal;

/// <summary>What every store of the user journal promises. Each test has a journal of its own.</summary>
public abstract partial class UserJournalContract
{
    protected static CancellationToken None => TestContext.Current.CancellationToken;

    /// <summary>A journal without users.</summary>
    protected abstract Task<IUserJournal> JournalAsync();

    /// <summary>The same journal in another process.</summary>
    protected abstract Task<IUserJournal> AgainAsync();

    [Fact]
    public async Task OpenAsync_UnknownUser_IsEmptyAndMayAppend()
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        var result = await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(1, 3), None);

        Assert.Empty(opened.Entries);
        Assert.Equal((AppendStatus.Appended, 3), (result.Status, result.Length));
        Assert.True(result.Position.Value >= 3);
        Assert.Equal(Actions.Numbered(1, 3), await journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task AppendAsync_EpochOfAnEarlierOwner_IsFenced()
    {
        var journal = await JournalAsync();
        var first = await journal.OpenAsync("ann", None);
        var second = await journal.OpenAsync("ann", None);

        var stale = await journal.AppendAsync("ann", first.Epoch, 0, Actions.Numbered(1, 1), None);
        var current = await journal.AppendAsync("ann", second.Epoch, 0, Actions.Numbered(2, 1), None);

        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Equal(AppendStatus.Appended, current.Status);
        Assert.Equal(Actions.Numbered(2, 1), await journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task ReadHeadAsync_AnyOwner_NamesTheLastOneAndTheLength()
    {
        var journal = await JournalAsync();
        Assert.Equal(new JournalHead(0, 0), await journal.ReadHeadAsync("ann", None));
        var first = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", first.Epoch, 0, Actions.Numbered(1, 3), None);
        Assert.Equal(new JournalHead(first.Epoch, 3), await journal.ReadHeadAsync("ann", None));

        var second = await journal.OpenAsync("ann", None);

        Assert.Equal(new JournalHead(second.Epoch, 3), await journal.ReadHeadAsync("ann", None));
        await journal.DeleteAsync("ann", None);
        Assert.Equal(new JournalHead(0, 0), await journal.ReadHeadAsync("ann", None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task AppendAsync_WrongLength_IsFenced(long expectedLength)
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(1, 2), None);

        var result = await journal.AppendAsync("ann", opened.Epoch, expectedLength, Actions.Numbered(3, 1), None);

        Assert.Equal(AppendStatus.Fenced, result.Status);
        Assert.Equal(2, (await journal.ReadAsync("ann", None)).Count);
    }

    [Fact]
    public async Task AppendAsync_WithoutOpening_IsFenced()
    {
        var journal = await JournalAsync();
        var result = await journal.AppendAsync("ann", 1, 0, Actions.Numbered(1, 1), None);
        Assert.Equal(AppendStatus.Fenced, result.Status);
    }

    [Fact]
    public async Task AppendAsync_SeveralInFlight_AreWrittenInTheOrderOfTheirLengths()
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        var appends = Enumerable.Range(0, 500)
            .Select(i => journal.AppendAsync("ann", opened.Epoch, 2 * i, Actions.Numbered(2 * i, 2), None).AsTask())
            .ToArray();
        var results = await Task.WhenAll(appends);

        Assert.All(results, result => Assert.Equal(AppendStatus.Appended, result.Status));
        Assert.Equal(Actions.Numbered(0, 1000), await journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task AppendAsync_NoEntries_WritesNothingButIsFencedAlike()
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        var right = await journal.AppendAsync("ann", opened.Epoch, 0, [], None);
        var wrong = await journal.AppendAsync("ann", opened.Epoch, 1, [], None);

        Assert.Equal(AppendStatus.Appended, right.Status);
        Assert.Equal(AppendStatus.Fenced, wrong.Status);
        Assert.False(await journal.ContainsAsync("ann", None));
    }

    [Fact]
    public async Task OpenAsync_WhileTheOldOwnerAppends_SeesAllThatWasAcknowledged()
    {
        var journal = await JournalAsync();
        for (var round = 0; round < 20; round++)
        {
            var user = $"user-{round}";
            var old = await journal.OpenAsync(user, None);
            var appending = Task.Run(
                async () =>
                {
                    var length = 0L;
                    while (true)
                    {
                        var result = await journal.AppendAsync(user, old.Epoch, length, Actions.Numbered((int)length, 1), None);
                        if (result.Status == AppendStatus.Fenced)
                        {
                            return length;
                        }

                        length = result.Length;
                    }
                },
                None);
            await journal.ReadAsync(user, None);
            var opened = await journal.OpenAsync(user, None);
            var next = await journal.AppendAsync(user, opened.Epoch, opened.Entries.Count, Actions.Numbered(opened.Entries.Count, 1), None);

            Assert.Equal(await appending, opened.Entries.Count);
            Assert.Equal(AppendStatus.Appended, next.Status);
            Assert.Equal(Actions.Numbered(0, opened.Entries.Count + 1), await journal.ReadAsync(user, None));
        }
    }

    [Fact]
    public async Task AppendAsync_OfAnotherProcess_IsSeenAndFenced()
    {
        var journal = await JournalAsync();
        var old = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", old.Epoch, 0, Actions.Numbered(0, 3), None);

        var another = await AgainAsync();
        var opened = await another.OpenAsync("ann", None);
        var next = await another.AppendAsync("ann", opened.Epoch, 3, Actions.Numbered(3, 2), None);

        Assert.Equal(Actions.Numbered(0, 3), opened.Entries);
        Assert.Equal(AppendStatus.Appended, next.Status);
        Assert.Equal(Actions.Numbered(0, 5), await another.ReadAsync("ann", None));
    }

    [Fact]
    public async Task DeleteAsync_User_IsGoneAndItsOwnerFenced()
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 110), None);
        var head = await journal.GetHeadAsync(None);

        await journal.DeleteAsync("ann", None);
        var stale = await journal.AppendAsync("ann", opened.Epoch, 110, Actions.Numbered(110, 1), None);
        Assert.False(await journal.ContainsAsync("ann", None));
        Assert.Empty(await journal.ListUsersAsync(null, 10, None));
        var reopened = await journal.OpenAsync("ann", None);
        var fresh = await journal.AppendAsync("ann", reopened.Epoch, 0, Actions.Numbered(7, 1), None);

        Assert.Equal(AppendStatus.Fenced, stale.Status);
        Assert.Empty(reopened.Entries);
        Assert.True(fresh.Position > head);
        Assert.Equal(Actions.Numbered(7, 1), await journal.ReadAsync("ann", None));
        Assert.InRange(await journal.CountEntriesAsync(None), 111, 112);
    }

    [Fact]
    public async Task RegisterAsync_User_IsListedWithoutEntries()
    {
        var journal = await JournalAsync();
        await journal.RegisterAsync("ann", None);
        await journal.RegisterAsync("ann", None);

        Assert.True(await journal.ContainsAsync("ann", None));
        Assert.Empty(await journal.ReadAsync("ann", None));
        Assert.Equal(["ann"], await journal.ListUsersAsync(null, 10, None));
    }

    [Fact]
    public async Task ListUsersAsync_Paged_NamesEachUserOnceInAStableOrder()
    {
        string[] users = ["b", "a", "B", "ä", "\ue000", "\U0001F600", "\uffee", "a\0", "a/b", "zz", "10", "9", "\ud800"];
        var journal = await JournalAsync();
        foreach (var user in users)
        {
            await journal.RegisterAsync(user, None);
        }

        var listed = new List<string>();
        while (await journal.ListUsersAsync(listed.LastOrDefault(), 5, None) is { Count: > 0 } page)
        {
            listed.AddRange(page);
        }

        Assert.Equal(users.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(listed, await journal.ListUsersAsync(null, 100, None));
    }

    [Fact]
    public async Task GetHeadAsync_WhileUsersAct_DividesWhatWasBeforeFromWhatComesAfter()
    {
        const int users = 40;
        var journal = await JournalAsync();
        var opened = await Task.WhenAll(Enumerable.Range(0, users).Select(async user => await journal.OpenAsync($"user-{user}", None)));
        for (var round = 0; round < 5; round++)
        {
            var before = await AppendAsync(round);
            var head = await journal.GetHeadAsync(None);
            var after = await AppendAsync(round + 5);

            Assert.All(before, result => Assert.True(result.Position <= head));
            Assert.All(after, result => Assert.True(result.Position > head));

            // Evens the lengths out for the next round.
            await DeleteAllAsync();
        }

        async Task<AppendResult[]> AppendAsync(int first) => await Task.WhenAll(Enumerable.Range(0, users).Select(async user =>
        {
            var head = await journal.ReadHeadAsync($"user-{user}", None);
            return await journal.AppendAsync($"user-{user}", head.Epoch, head.Length, Actions.Numbered(first, 1 + (user % 3)), None);
        }));

        async Task DeleteAllAsync()
        {
            foreach (var user in Enumerable.Range(0, users))
            {
                await journal.DeleteAsync($"user-{user}", None);
                opened[user] = await journal.OpenAsync($"user-{user}", None);
            }
        }
    }

    [Fact]
    public async Task ReadRangeAsync_ManyUsers_IsEveryEntryOnceInTheOrderOfPositions()
    {
        const int users = 30;
        const int appends = 12;
        var journal = await JournalAsync();
        var written = new System.Collections.Concurrent.ConcurrentBag<JournalRecord>();
        await Parallel.ForAsync(0, users, None, async (user, cancellationToken) =>
        {
            var opened = await journal.OpenAsync($"user-{user}", cancellationToken);
            var length = 0L;
            for (var i = 0; i < appends; i++)
            {
                var entries = Actions.Numbered((user * 1000) + (i * 10), 1 + (i % 4));
                var result = await journal.AppendAsync($"user-{user}", opened.Epoch, length, entries, cancellationToken);
                for (var j = 0; j < entries.Length; j++)
                {
                    written.Add(new(new(result.Position.Value - entries.Length + 1 + j), $"user-{user}", length + 1 + j, entries[j]));
                }

                length = result.Length;
            }
        });

        var head = await journal.GetHeadAsync(None);
        var all = written.OrderBy(record => record.Position.Value).ThenBy(record => record.UserId, StringComparer.Ordinal).ToList();
        var middle = all[all.Count / 2].Position;
        foreach (var (after, through) in new[] { (JournalPosition.Start, head), (JournalPosition.Start, middle), (middle, head), (head, new(head.Value + 5)) })
        {
            var read = await journal.ReadRangeAsync(after, through, None).ToListAsync(None);
            Assert.Equal(all.Where(record => record.Position > after && record.Position <= through), read);
        }

        Assert.Equal(all.Count, await journal.CountEntriesAsync(None));
    }
}
