namespace RecActors.Journal;

/// <summary>The index of items.</summary>
public abstract partial class UserJournalContract
{
    [Fact]
    public async Task ListUsersOfItemAsync_AcknowledgedAppend_IsThereAtOnce()
    {
        var journal = await JournalAsync();
        var ann = await journal.OpenAsync("ann", None);
        var bob = await journal.OpenAsync("bob", None);
        for (var i = 0; i < 20; i++)
        {
            await journal.AppendAsync("ann", ann.Epoch, i, [Actions.Read($"ann's {i}")], None);
            await journal.AppendAsync("bob", bob.Epoch, i, [Actions.Read($"bob's {i}")], None);
            Assert.Equal(["ann"], await journal.ListUsersOfItemAsync($"ann's {i}", null, 10, None));
            Assert.Equal(["bob"], await journal.ListUsersOfItemAsync($"bob's {i}", null, 10, None));
        }

        await journal.AppendAsync("ann", ann.Epoch, 20, [Actions.Read("both's"), Actions.Read("both's")], None);
        await journal.AppendAsync("bob", bob.Epoch, 20, [Actions.Read("both's")], None);

        Assert.Equal(["ann", "bob"], (await journal.ListUsersOfItemAsync("both's", null, 10, None)).Order(StringComparer.Ordinal));
        Assert.Empty(await journal.ListUsersOfItemAsync("nobody's", null, 10, None));
    }

    [Fact]
    public async Task ListUsersOfItemAsync_Paged_NamesEachUserOnceInAStableOrder()
    {
        var journal = await JournalAsync();
        var users = Enumerable.Range(0, 70).Select(number => $"user-{number}").ToArray();
        foreach (var user in users)
        {
            var opened = await journal.OpenAsync(user, None);
            await journal.AppendAsync(user, opened.Epoch, 0, [Actions.Read("ü/}{ \U0001F600"), Actions.Read("another")], None);
        }

        var listed = new List<string>();
        while (await journal.ListUsersOfItemAsync("ü/}{ \U0001F600", listed.LastOrDefault(), 9, None) is { Count: > 0 } page)
        {
            listed.AddRange(page);
        }

        Assert.Equal(users.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(listed, await journal.ListUsersOfItemAsync("ü/}{ \U0001F600", null, 100, None));
    }

    [Fact]
    public async Task ListUsersOfItemAsync_DeletedUser_IsGoneUntilActingAgain()
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 110), None);
        Assert.Equal(["ann"], await journal.ListUsersOfItemAsync("item-3", null, 10, None));
        await journal.DeleteAsync("ann", None);
        Assert.Empty(await journal.ListUsersOfItemAsync("item-3", null, 10, None));

        var again = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", again.Epoch, 0, Actions.Numbered(7, 1), None);

        Assert.Empty(await journal.ListUsersOfItemAsync("item-3", null, 10, None));
        Assert.Equal(["ann"], await journal.ListUsersOfItemAsync("item-7", null, 10, None));
    }

    [Fact]
    public async Task ListUsersOfItemAsync_OfAnotherProcess_KnowsTheSame()
    {
        var journal = await JournalAsync();
        var opened = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 3), None);
        Assert.Equal(["ann"], await journal.ListUsersOfItemAsync("item-2", null, 10, None));

        var another = await AgainAsync();
        Assert.Equal(["ann"], await another.ListUsersOfItemAsync("item-2", null, 10, None));
        var reopened = await another.OpenAsync("ann", None);
        await another.AppendAsync("ann", reopened.Epoch, 3, Actions.Numbered(3, 1), None);

        Assert.Equal(["ann"], await another.ListUsersOfItemAsync("item-3", null, 10, None));
    }
}
