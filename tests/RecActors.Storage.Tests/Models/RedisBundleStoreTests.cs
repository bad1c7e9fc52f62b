using System.Text;
using RecActors.Redis;

namespace RecActors.Models;

public class RedisBundleStoreTests(RedisServers servers)
{
    private const int SeveralChunks = 10_000_000;
    private static CancellationToken None => TestContext.Current.CancellationToken;

    protected RedisServers Servers => servers;

    protected virtual async Task<string> ConnectionStringAsync() => (await servers.SingleAsync()).ConnectionString;

    [Fact]
    public async Task LoadAsync_OfSaved_HasTheSameFiles()
    {
        var prefix = RedisInstance.NewPrefix();
        await using (var instance = await StartAsync(prefix))
        {
            await instance.Bundles.SaveAsync(Bundle(7), None);
        }

        await using var another = await StartAsync(prefix);
        var loaded = await another.Bundles.LoadAsync(7, None);

        Assert.Equal([7], await another.Bundles.ListAsync(None));
        Assert.Equal(["empty.bin", "items.bin", "manifest.json"], loaded.Files.Keys.Order(StringComparer.Ordinal));
        Assert.All(Bundle(7).Files, file => Assert.True(file.Value.Span.SequenceEqual(loaded.Files[file.Key].Span)));
    }

    [Fact]
    public async Task OpenAsync_FileOfSaved_GivesItsBytesAndRefusesOneThatIsMissing()
    {
        await using var instance = await StartAsync(RedisInstance.NewPrefix());
        await instance.Bundles.SaveAsync(Bundle(7), None);
        foreach (var (name, content) in Bundle(7).Files)
        {
            await using var file = await instance.Bundles.OpenAsync(7, name, None);
            using var read = new MemoryStream();
            await file.CopyToAsync(read, None);
            Assert.True(content.Span.SequenceEqual(read.ToArray()));

            await using var again = await instance.Bundles.OpenAsync(7, name, None);
            var all = new byte[content.Length];
            again.ReadExactly(all);
            Assert.True(content.Span.SequenceEqual(all));
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => instance.Bundles.OpenAsync(7, "other.bin", None).AsTask());
        await Assert.ThrowsAsync<InvalidDataException>(() => instance.Bundles.OpenAsync(8, "items.bin", None).AsTask());
    }

    [Fact]
    public async Task SaveAsync_SameVersionAtOnce_OneWins()
    {
        await using var instance = await StartAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            try
            {
                await instance.Bundles.SaveAsync(Bundle(3, $"by {i}"), None);
                return i;
            }
            catch (InvalidOperationException)
            {
                return -1;
            }
        }));

        var winner = Assert.Single(outcomes, i => i >= 0);
        Assert.Equal($"by {winner}", Encoding.UTF8.GetString((await instance.Bundles.LoadAsync(3, None)).Files["manifest.json"].Span));
    }

    [Fact]
    public async Task DeleteAsync_Version_LeavesNothingOfItAndTheOthersAlone()
    {
        var prefix = RedisInstance.NewPrefix();
        await using var instance = await StartAsync(prefix);
        await instance.Bundles.SaveAsync(Bundle(2), None);
        await instance.Bundles.SaveAsync(Bundle(10), None);

        await instance.Bundles.DeleteAsync(2, None);
        await instance.Bundles.DeleteAsync(99, None);

        Assert.Equal([10], await instance.Bundles.ListAsync(None));
        await Assert.ThrowsAsync<InvalidDataException>(() => instance.Bundles.LoadAsync(2, None).AsTask());
        Assert.Equal(SeveralChunks, (await instance.Bundles.LoadAsync(10, None)).Files["items.bin"].Length);
        var keys = instance.Connection.Multiplexer.GetServers().Where(server => !server.IsReplica)
            .SelectMany(server => server.Keys(pattern: $"{prefix}:*bundle-2*"));
        Assert.Empty(keys);
    }

    [Fact]
    public async Task SaveAsync_CutOff_IsNotThereAndItsPiecesExpire()
    {
        var prefix = RedisInstance.NewPrefix();
        await using var instance = await StartAsync(prefix);
        using var cut = new CancellationTokenSource();
        await cut.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => instance.Bundles.SaveAsync(Bundle(5), cut.Token).AsTask());

        Assert.Empty(await instance.Bundles.ListAsync(None));
        foreach (var server in instance.Connection.Multiplexer.GetServers().Where(server => !server.IsReplica))
        {
            foreach (var key in server.Keys(pattern: $"{prefix}:*bundle-5*"))
            {
                Assert.NotNull(await instance.Connection.Multiplexer.GetDatabase().KeyTimeToLiveAsync(key));
            }
        }
    }

    [Theory]
    [InlineData("garbled", "checksum of items.bin differs")]
    [InlineData("short", "items.bin is missing")]
    [InlineData("gone", "items.bin is missing")]
    public async Task LoadAsync_DamagedChunk_IsRefusedAndSaysWhat(string damage, string message)
    {
        var prefix = RedisInstance.NewPrefix();
        await using var instance = await StartAsync(prefix);
        await instance.Bundles.SaveAsync(Bundle(5), None);
        var database = instance.Connection.Multiplexer.GetDatabase();
        var chunk = instance.Connection.Multiplexer.GetServers().Where(server => !server.IsReplica)
            .SelectMany(server => server.Keys(pattern: $"{prefix}:*items.bin:1")).Single();
        await (damage switch
        {
            "garbled" => database.StringSetRangeAsync(chunk, 17, "garbled"),
            "short" => database.StringSetAsync(chunk, "short"),
            _ => (Task)database.KeyDeleteAsync(chunk),
        });

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => instance.Bundles.LoadAsync(5, None).AsTask());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static BundleFiles Bundle(long version, string manifest = "{}")
    {
        var items = new byte[SeveralChunks];
        new Random(1).NextBytes(items);
        return new(version, new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["manifest.json"] = Encoding.UTF8.GetBytes(manifest),
            ["items.bin"] = items,
            ["empty.bin"] = Array.Empty<byte>(),
        });
    }

    private async Task<RedisInstance> StartAsync(string? prefix = null) =>
        await RedisInstance.StartAsync(await ConnectionStringAsync(), prefix);
}

/// <summary>The same by a Redis Cluster of six processes.</summary>
public sealed class RedisClusterBundleStoreTests(RedisServers servers) : RedisBundleStoreTests(servers)
{
    protected override Task<string> ConnectionStringAsync() => Servers.ClusterAsync();
}
