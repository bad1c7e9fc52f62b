using RecActors.Catalog;
using RecActors.Journal;
using RecActors.Models;
using StackExchange.Redis;

namespace RecActors.Redis;

/// <summary>The stores over a primary that sentinels replace when it dies.</summary>
public sealed class RedisSentinelTests
{
    private const int Users = 10;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Primary_KilledUnderLoad_TheNextHasEverythingAcknowledgedAndTheStoresGoOn()
    {
        await using var sentinels = await RedisSentinels.StartAsync(replicas: 2, None);
        await using var instance = await RedisInstance.StartAsync(sentinels.ConnectionString, configure: options => options.ReplicasToWaitFor = 1);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(None);

        // The client blocks threads of the pool when it loses the primary; a silo needs others then, at once.
        ThreadPool.GetMinThreads(out var threads, out _);
        Assert.True(threads >= Environment.ProcessorCount + SpareThreads.BlockedBySentinels, $"{threads} threads");
        var acknowledged = new int[Users];
        var appending = Enumerable.Range(0, Users).Select(user => AppendAsync(instance.Journal, user, acknowledged, stopping.Token)).ToArray();
        await instance.Catalog.PutAsync(Item("before"), null, None);
        await ReachAsync(appending, acknowledged, 50);

        var killed = await sentinels.PrimaryAsync();
        await killed.KillAsync();
        await sentinels.FailoverAsync(killed, None);
        var atFailover = acknowledged.ToArray();
        await ReachAsync(appending, acknowledged, atFailover.Max() + 50);
        await stopping.CancelAsync();
        await Task.WhenAll(appending);

        for (var user = 0; user < Users; user++)
        {
            // The last append may have been written and not answered.
            var entries = await instance.Journal.ReadAsync($"user-{user}", None);
            Assert.InRange(entries.Count, acknowledged[user], acknowledged[user] + 1);
            Assert.Equal(Actions.Numbered(0, entries.Count), entries);
        }

        await instance.Catalog.PutAsync(Item("after"), null, None);
        Assert.Equal(["after", "before"], (await instance.Catalog.ListAsync(null, 10, None)).Select(item => item.ItemId));
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { ["model.bin"] = new byte[] { 1, 2, 3 } };
        await instance.Bundles.SaveAsync(new BundleFiles(1, files), None);
        Assert.Equal(files["model.bin"].ToArray(), (await instance.Bundles.LoadAsync(1, None)).Files["model.bin"].ToArray());
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:6379")]
    [InlineData("fd00::2", "[fd00::2]:6379")]
    [InlineData("redis-1.example", "redis-1.example:6379")]
    public void Address_OfAnySentinelsWords_IsWrittenAsTheClientWritesIt(string ip, string expected) =>
        Assert.Equal(expected, RedisSentinelGuard.Address([new("ip", ip), new("port", "6379")], "ip", "port"));

    [Fact]
    public async Task Primary_ReplacedAndStartedAgain_IsNotTakenForThePrimary()
    {
        await using var sentinels = await RedisSentinels.StartAsync(replicas: 1, None);

        // A client that tries lost servers again at once meets the one that comes back before the sentinels have noticed it.
        await using var instance = await RedisInstance.StartAsync(
            sentinels.ConnectionString, client: options => options.ReconnectRetryPolicy = new LinearRetry(100));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(None);
        var acknowledged = new int[Users];
        var appending = Enumerable.Range(0, Users).Select(user => AppendAsync(instance.Journal, user, acknowledged, stopping.Token)).ToArray();
        await ReachAsync(appending, acknowledged, 20);
        var replaced = await sentinels.PrimaryAsync();
        await replaced.KillAsync();
        await sentinels.FailoverAsync(replaced, None);
        await sentinels.KeepPrimaryAsync();
        await ReachAsync(appending, acknowledged, acknowledged.Max() + 20);

        // Until the sentinels have noticed and made a replica of it, it says of itself that it is the primary.
        await replaced.StartAgainAsync(None);
        Assert.StartsWith("master", await replaced.CommandAsync("ROLE"), StringComparison.Ordinal);
        while ((await replaced.CommandAsync("ROLE")).StartsWith("master", StringComparison.Ordinal))
        {
            await ReachAsync(appending, acknowledged, acknowledged.Max() + 1);
        }

        await ReachAsync(appending, acknowledged, acknowledged.Max() + 20);
        await stopping.CancelAsync();
        await Task.WhenAll(appending);
        for (var user = 0; user < Users; user++)
        {
            Assert.InRange((await instance.Journal.ReadAsync($"user-{user}", None)).Count, acknowledged[user], acknowledged[user] + 1);
        }
    }

    /// <summary>An owner that appends one entry after the other. After an unknown outcome it reads what there is, which must be what it knows, and goes on.</summary>
    private static async Task AppendAsync(IUserJournal journal, int user, int[] acknowledged, CancellationToken stopping)
    {
        var id = $"user-{user}";
        var (epoch, length) = (0L, 0);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (epoch == 0)
                {
                    var opened = await journal.OpenAsync(id, None);
                    Assert.InRange(opened.Entries.Count, acknowledged[user], acknowledged[user] + 1);
                    if (await journal.EnsureDurableAsync(id, new JournalHead(opened.Epoch, opened.Entries.Count), None))
                    {
                        (epoch, length) = (opened.Epoch, opened.Entries.Count);
                        Volatile.Write(ref acknowledged[user], length);
                    }
                }
                else
                {
                    var result = await journal.AppendAsync(id, epoch, length, Actions.Numbered(length, 1), None);
                    Assert.Equal(AppendStatus.Appended, result.Status);
                    Volatile.Write(ref acknowledged[user], ++length);
                }
            }
            catch (JournalUnavailableException)
            {
                epoch = 0;
                await Task.Delay(TimeSpan.FromMilliseconds(50), None);
            }
        }
    }

    private static async Task ReachAsync(Task[] appending, int[] acknowledged, int length)
    {
        for (var user = 0; user < Users; user++)
        {
            while (Volatile.Read(ref acknowledged[user]) < length)
            {
                await Task.WhenAny(appending.Where(task => !task.IsCompletedSuccessfully).Append(Task.Delay(TimeSpan.FromMilliseconds(10), None)));
                Assert.DoesNotContain(appending, task => task.IsFaulted);
            }
        }
    }

    private static ItemRecord Item(string id) => new() { ItemId = id };
}
