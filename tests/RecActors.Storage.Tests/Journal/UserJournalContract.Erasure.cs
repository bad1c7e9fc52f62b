namespace RecActors.Journal;

public abstract partial class UserJournalContract
{
    private static DateTimeOffset Tomorrow => DateTimeOffset.UtcNow.AddDays(1);

    [Fact]
    public async Task EraseAsync_User_IsGoneAndRefused()
    {
        var journal = await JournalAsync();
        var owner = await journal.OpenAsync("ann", None);
        await journal.AppendAsync("ann", owner.Epoch, 0, Actions.Numbered(0, 110), None);
        var until = Tomorrow;

        await journal.EraseAsync("ann", until, None);
        var late = await journal.AppendAsync("ann", owner.Epoch, 110, Actions.Numbered(110, 1), None);
        var opened = await journal.OpenAsync("ann", None);
        var next = await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        Assert.Equal(AppendStatus.Fenced, late.Status);
        Assert.Equal((0, until.ToUnixTimeMilliseconds()), (opened.Epoch, opened.RefusedUntilMs));
        Assert.Empty(opened.Entries);
        Assert.Equal(AppendStatus.Fenced, next.Status);
        Assert.Equal(new JournalHead(0, 0), await journal.ReadHeadAsync("ann", None));
        Assert.True(await journal.IsErasedAsync("ann", None));
        Assert.False(await journal.ContainsAsync("ann", None));
        Assert.Empty(await journal.ListUsersAsync(null, 10, None));
        Assert.Empty(await journal.ReadAsync("ann", None));
    }

    [Fact]
    public async Task EraseAsync_AnotherProcess_RefusesAsWell()
    {
        var journal = await JournalAsync();
        await journal.EraseAsync("never seen", Tomorrow, None);

        var another = await AgainAsync();

        Assert.True(await another.IsErasedAsync("never seen", None));
        Assert.False(await another.IsErasedAsync("never", None));
        Assert.Equal(0, (await another.OpenAsync("never seen", None)).Epoch);
    }

    [Fact]
    public async Task EraseAsync_TimeIsOver_UserBeginsAnew()
    {
        var journal = await JournalAsync();
        await journal.EraseAsync("ann", DateTimeOffset.UtcNow.AddSeconds(-1), None);

        var opened = await journal.OpenAsync("ann", None);
        var result = await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        Assert.False(await journal.IsErasedAsync("ann", None));
        Assert.Equal((AppendStatus.Appended, 0), (result.Status, opened.RefusedUntilMs));
    }

    [Fact]
    public async Task ReadmitAsync_ErasedUser_BeginsAnew()
    {
        var journal = await JournalAsync();
        await journal.EraseAsync("ann", Tomorrow, None);

        Assert.True(await journal.ReadmitAsync("ann", None));
        Assert.False(await journal.ReadmitAsync("ann", None));
        Assert.False(await journal.ReadmitAsync("bob", None));
        var opened = await journal.OpenAsync("ann", None);
        var result = await journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        Assert.Equal(AppendStatus.Appended, result.Status);
    }

    [Fact]
    public async Task EraseAsync_ShorterTimeThanBefore_LeavesTheLonger()
    {
        var journal = await JournalAsync();
        var until = Tomorrow;
        await journal.EraseAsync("ann", until, None);
        await journal.EraseAsync("ann", until.AddHours(-1), None);

        Assert.Equal(until.ToUnixTimeMilliseconds(), (await journal.OpenAsync("ann", None)).RefusedUntilMs);
    }
}
