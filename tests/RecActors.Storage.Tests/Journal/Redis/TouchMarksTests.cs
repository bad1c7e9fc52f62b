using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>Users are touched ahead of their entries, and those who look for what has changed find it all the same.</summary>
public sealed class TouchMarksTests
{
    private const double Ahead = 2_000_000.5;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_BelowTheMark_LeavesItAndIsFoundByWhoReadsSince()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        var opened = await instance.Journal.OpenAsync("ann", None);

        var first = await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);
        Assert.Equal(first.Position.Value + Ahead, await MarkAsync(instance));

        // Below it whatever the server's clock says: three entries take three positions of it.
        var second = await instance.Journal.AppendAsync("ann", opened.Epoch, 1, Actions.Numbered(1, 3), None);
        Assert.Equal(second.Position.Value <= first.Position.Value + Ahead ? first.Position.Value + Ahead : second.Position.Value + Ahead, await MarkAsync(instance));
        Assert.Equal(Actions.Numbered(1, 3), await SinceAsync(instance, first.Position));
    }

    [Fact]
    public async Task AppendAsync_AboveTheMark_SetsItAnew()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        var opened = await instance.Journal.OpenAsync("ann", None);
        var first = await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        // Positions go on above what is sealed, as if the time had passed.
        await RedisScript.Seal.RunAsync(instance.Connection.Database, [Partition(instance).Clock], [first.Position.Value + 60_000_000]);
        var second = await instance.Journal.AppendAsync("ann", opened.Epoch, 1, Actions.Numbered(1, 2), None);

        Assert.Equal(second.Position.Value + Ahead, await MarkAsync(instance));
        Assert.Equal(Actions.Numbered(1, 2), await SinceAsync(instance, first.Position));
    }

    [Fact]
    public async Task AppendAsync_OfAnotherOwnerOrAfterADeletion_TakesNoMarkForGranted()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        var opened = await instance.Journal.OpenAsync("ann", None);
        var first = await instance.Journal.AppendAsync("ann", opened.Epoch, 0, Actions.Numbered(0, 1), None);

        // As a version that touches users at the entry itself would leave it, which owned the journal meanwhile.
        await instance.Connection.Database.SortedSetAddAsync(Partition(instance).Touched, RedisKeys.BytesOf("ann"), first.Position.Value);
        var reopened = await instance.Journal.OpenAsync("ann", None);
        var second = await instance.Journal.AppendAsync("ann", reopened.Epoch, 1, Actions.Numbered(1, 1), None);
        Assert.Equal(second.Position.Value + Ahead, await MarkAsync(instance));
        Assert.Equal(Actions.Numbered(1, 1), await SinceAsync(instance, first.Position));

        await instance.Journal.DeleteAsync("ann", None);
        Assert.Null(await MarkAsync(instance));
        Assert.Equal(AppendStatus.Fenced, (await instance.Journal.AppendAsync("ann", reopened.Epoch, 2, Actions.Numbered(2, 1), None)).Status);
        Assert.Null(await MarkAsync(instance));
        var anew = await instance.Journal.OpenAsync("ann", None);
        var third = await instance.Journal.AppendAsync("ann", anew.Epoch, 0, Actions.Numbered(3, 1), None);
        Assert.Equal(third.Position.Value + Ahead, await MarkAsync(instance));
    }

    [Fact]
    public async Task TouchedAsync_AMarkOfAnotherVersionGoesBackBetweenPages_MissesNobody()
    {
        await using var server = await RedisServer.StartAsync(None);
        await using var instance = await RedisInstance.StartAsync(server.ConnectionString);
        var keys = new RedisKeys(instance.Prefix, 16);
        var users = OfOnePartition(keys, 3);
        foreach (var user in users)
        {
            var opened = await instance.Journal.OpenAsync(user, None);
            await instance.Journal.AppendAsync(user, opened.Epoch, 0, Actions.Numbered(0, 1), None);
        }

        var found = new List<string>();
        await foreach (var page in new RedisUserLists(instance.Connection, keys).TouchedAsync(keys.PartitionOf(RedisKeys.BytesOf(users[0])), after: 0, pageSize: 1))
        {
            found.AddRange(page.Select(user => RedisKeys.IdOf(user)));
            if (found.Count == 1)
            {
                // The last one acts where the other version owns the journal, which sets the mark at the entry.
                var elsewhere = await instance.Journal.OpenAsync(users[^1], None);
                var acted = await instance.Journal.AppendAsync(users[^1], elsewhere.Epoch, 1, Actions.Numbered(1, 1), None);
                await instance.Connection.Database.SortedSetAddAsync(
                    keys.PartitionOf(RedisKeys.BytesOf(users[0])).Touched, RedisKeys.BytesOf(users[^1]), acted.Position.Value);
            }
        }

        Assert.Equal(users, found.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TouchedThrough_OfAnotherEpochOrUser_IsUnknown()
    {
        var marks = new TouchMarks();
        marks.Appended("ann", epoch: 7, known: 0, last: 100);

        Assert.Equal(2_000_100, marks.TouchedThrough("ann", 7));
        Assert.Equal(0, marks.TouchedThrough("ann", 8));
        Assert.Equal(0, marks.TouchedThrough("bob", 7));

        // The script did not touch the user again, so neither is that taken down.
        marks.Appended("ann", epoch: 7, known: 2_000_100, last: 2_000_100);
        Assert.Equal(2_000_100, marks.TouchedThrough("ann", 7));
    }

    private static string[] OfOnePartition(RedisKeys keys, int count) => [.. Enumerable.Range(100, 800)
        .Select(number => $"user-{number}")
        .Where(user => keys.PartitionOf(RedisKeys.BytesOf(user)).Index == 0)
        .Take(count)];

    private static PartitionKeys Partition(RedisInstance instance) => new RedisKeys(instance.Prefix, 16).PartitionOf(RedisKeys.BytesOf("ann"));

    private static async Task<double?> MarkAsync(RedisInstance instance) =>
        await instance.Connection.Database.SortedSetScoreAsync(Partition(instance).Touched, RedisKeys.BytesOf("ann"));

    private static async Task<List<Feedback.FeedbackEntry>> SinceAsync(RedisInstance instance, JournalPosition after)
    {
        var found = new List<Feedback.FeedbackEntry>();
        await foreach (var record in instance.Journal.ReadRangeAsync(after, await instance.Journal.GetHeadAsync(None), None))
        {
            found.Add(record.Entry);
        }

        return found;
    }
}
