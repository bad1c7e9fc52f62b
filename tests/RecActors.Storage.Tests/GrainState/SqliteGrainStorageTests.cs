using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using RecActors.Storage;

namespace RecActors.GrainState;

public sealed class SqliteGrainStorageTests : IDisposable
{
    private static readonly GrainId Ann = GrainId.Create("user", "ann");

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ReadStateAsync_NothingStored_IsFreshState()
    {
        await using var storage = _folder.Open();
        var state = new GrainState<List<string>> { State = ["left over"], ETag = "9", RecordExists = true };
        await Over(storage).ReadStateAsync("state", Ann, state);

        Assert.Empty(state.State!);
        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task WriteStateAsync_ThenReopen_ReadsItBack()
    {
        var written = new GrainState<List<string>>(["a", "b"]);
        await using (var storage = _folder.Open())
        {
            await Over(storage).WriteStateAsync("state", Ann, written);
            Assert.True(written.RecordExists);
        }

        await using var restarted = _folder.Open();
        var read = new GrainState<List<string>>([]);
        await Over(restarted).ReadStateAsync("state", Ann, read);

        Assert.Equal(["a", "b"], read.State);
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists);
    }

    [Fact]
    public async Task WriteStateAsync_StaleETag_IsInconsistent()
    {
        await using var storage = _folder.Open();
        var provider = Over(storage);
        var first = new GrainState<List<string>>(["first"]);
        await provider.WriteStateAsync("state", Ann, first);
        var stale = first.ETag;
        await provider.WriteStateAsync("state", Ann, first);

        foreach (var etag in new[] { stale, null, "not a number" })
        {
            var other = new GrainState<List<string>>(["other"]) { ETag = etag };
            var error = await Assert.ThrowsAsync<InconsistentStateException>(() => provider.WriteStateAsync("state", Ann, other));
            Assert.Equal(first.ETag, error.StoredEtag);
            Assert.Equal(etag, other.ETag);
        }

        var read = new GrainState<List<string>>([]);
        await provider.ReadStateAsync("state", Ann, read);
        Assert.Equal(["first"], read.State);
    }

    [Fact]
    public async Task ClearStateAsync_ThenWrite_NeverRepeatsAnETag()
    {
        await using var storage = _folder.Open();
        var provider = Over(storage);
        var state = new GrainState<List<string>>(["old"]);
        await provider.WriteStateAsync("state", Ann, state);
        var stale = new GrainState<List<string>>(["stale"]) { ETag = state.ETag };

        await provider.ClearStateAsync("state", Ann, state);
        Assert.False(state.RecordExists);
        Assert.Empty(state.State!);
        await provider.WriteStateAsync("state", Ann, state);

        Assert.NotEqual(stale.ETag, state.ETag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => provider.WriteStateAsync("state", Ann, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => provider.ClearStateAsync("state", Ann, stale));
    }

    [Fact]
    public async Task WriteStateAsync_OtherProviderStateOrGrain_IsAnotherRecord()
    {
        await using var storage = _folder.Open();
        await Over(storage).WriteStateAsync("state", Ann, new GrainState<List<string>>(["1"]));
        await Over(storage, "other").WriteStateAsync("state", Ann, new GrainState<List<string>>(["2"]));
        await Over(storage).WriteStateAsync("other", Ann, new GrainState<List<string>>(["3"]));
        await Over(storage).WriteStateAsync("state", GrainId.Create("user", "bob"), new GrainState<List<string>>(["4"]));

        var read = new GrainState<List<string>>([]);
        await Over(storage).ReadStateAsync("state", Ann, read);
        Assert.Equal(["1"], read.State);
    }

    private SqliteGrainStorage Over(EmbeddedStorage storage, string name = "Default") => new(
        name,
        storage.Database,
        new OrleansGrainStorageSerializer(_services.GetRequiredService<Serializer>()),
        _services.GetRequiredService<IActivatorProvider>());
}
