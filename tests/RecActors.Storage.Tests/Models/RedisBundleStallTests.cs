using RecActors.Redis;

namespace RecActors.Models;

/// <summary>Bundles are large: a Redis that is slow with them is not one that is away.</summary>
public sealed class RedisBundleStallTests
{
    private const int SeveralChunks = 10_000_000;

    [Fact]
    public async Task SaveAsync_RedisThatTakesNoWritesForLongerThanACommandMayTake_IsWaitedFor()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await RedisServer.StartAsync(token);
        await using var instance = await RedisInstance.StartAsync(
            server.ConnectionString, configure: options => options.OperationTimeout = TimeSpan.FromMilliseconds(500));
        await using var reader = await RedisInstance.StartAsync(server.ConnectionString, instance.Prefix);
        var content = new byte[SeveralChunks];
        new Random(1).NextBytes(content);
        await server.CommandAsync("CLIENT", "PAUSE", "1500", "WRITE");

        await instance.Bundles.SaveAsync(new BundleFiles(7, new Dictionary<string, ReadOnlyMemory<byte>> { ["items.bin"] = content }), token);

        var loaded = await reader.Bundles.LoadAsync(7, token);
        Assert.True(loaded.Files["items.bin"].Span.SequenceEqual(content));
    }
}
