using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>How the index of feedback by item is kept, apart from the questions that every journal answers.</summary>
public sealed class RedisItemIndexTests
{
    private static readonly byte[] Item = RedisKeys.BytesOf(Actions.Numbered(0, 1)[0].ItemId);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeepIndexAsync_OnceItWasAskedFor_EntersWhatIsNewByOneProcess()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var one = await RedisInstance.StartAsync(server.ConnectionString);
        await using var two = await RedisInstance.StartAsync(server.ConnectionString, one.Prefix);
        await ActAsync(one, "ann");

        // Nobody has asked, so there is no index to keep.
        Assert.False(await JournalOf(one).KeepIndexAsync(None));
        Assert.Empty(await IndexedAsync(one));
        Assert.Equal(["ann"], await one.Journal.ListUsersOfItemAsync(Actions.Numbered(0, 1)[0].ItemId, null, 10, None));

        await ActAsync(one, "bob");
        var kept = new[] { await JournalOf(one).KeepIndexAsync(None), await JournalOf(two).KeepIndexAsync(None) };

        Assert.Equal([true, false], kept);
        Assert.Equal(["ann", "bob"], (await IndexedAsync(one)).Order(StringComparer.Ordinal));
        await one.Journal.DeleteAsync("ann", None);
        Assert.Equal(["bob"], await IndexedAsync(one));
    }

    [Fact]
    public async Task CatchUp_InterruptedFarBehind_GoesOnWithThePartitionsThatAreLeft()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        foreach (var user in Enumerable.Range(0, 50))
        {
            await ActAsync(instance, $"user-{user}");
        }

        var all = await instance.Journal.ListUsersOfItemAsync(Actions.Numbered(0, 1)[0].ItemId, null, 100, None);
        Assert.Equal(50, all.Count);

        // As one that was ended before its last partitions: the others are not read again, which shows in what is missing there now.
        var keys = new RedisKeys(instance.Prefix, 16);
        var database = instance.Connection.Database;
        foreach (var partition in keys.Partitions)
        {
            await database.KeyDeleteAsync(partition.UsersOf(Item));
        }

        await database.KeyDeleteAsync(keys.Indexed);
        await database.HashDeleteAsync(keys.IndexedPartitions, [.. Enumerable.Range(8, 8).Select(partition => (RedisValue)partition)]);
        var rest = await instance.Journal.ListUsersOfItemAsync(Actions.Numbered(0, 1)[0].ItemId, null, 100, None);

        Assert.Equal(all.Where(user => keys.PartitionOf(RedisKeys.BytesOf(user)).Index >= 8), rest);
        Assert.InRange(rest.Count, 1, 49);
    }

    [Fact]
    public async Task KeepUpAsync_LongerThanThePeriod_HoldsOffTheOthers()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var one = await RedisInstance.StartAsync(server.ConnectionString);
        await ActAsync(one, "ann");
        await one.Journal.ListUsersOfItemAsync(Actions.Numbered(0, 1)[0].ItemId, null, 10, None);
        var keys = new RedisKeys(one.Prefix, 16);
        var database = one.Connection.Database;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var index = new RedisItemIndex(one.Connection, keys, new RedisUserLists(one.Connection, keys));

        var kept = await index.KeepUpAsync(
            async () =>
            {
                // It has a time again once it was asked for anew.
                await database.KeyPersistAsync(keys.IndexKeeper);
                while (await database.KeyTimeToLiveAsync(keys.IndexKeeper) is null)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
                }

                return 0;
            },
            TimeSpan.FromSeconds(1),
            None);

        Assert.True(kept);
    }

    private static RedisJournal JournalOf(RedisInstance instance) => (RedisJournal)instance.Journal;

    private static async Task ActAsync(RedisInstance instance, string user)
    {
        var opened = await instance.Journal.OpenAsync(user, None);
        await instance.Journal.AppendAsync(user, opened.Epoch, 0, Actions.Numbered(0, 1), None);
    }

    private static async Task<List<string>> IndexedAsync(RedisInstance instance)
    {
        var users = new List<string>();
        foreach (var partition in new RedisKeys(instance.Prefix, 16).Partitions)
        {
            users.AddRange((await instance.Connection.Database.SortedSetRangeByRankAsync(partition.UsersOf(Item))).Select(RedisKeys.IdOf));
        }

        return users;
    }
}
