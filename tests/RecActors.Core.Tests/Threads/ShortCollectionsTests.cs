namespace RecActors.Threads;

public sealed class ShortCollectionsTests
{
    private const int Piece = 1 << 20;

    [Fact]
    public async Task Pause_OnABackgroundThread_CollectsEachTimeSoMuchWasAllocated()
    {
        var collected = await BackgroundThread.RunAsync("test", () => Allocate(pieces: 35), TestContext.Current.CancellationToken);

        Assert.Equal([16, 32], collected);
    }

    [Fact]
    public void Pause_OnAnyOtherThread_LeavesItToTheRuntime() => Assert.Empty(Allocate(pieces: 35));

    /// <summary>After how many pieces of a megabyte there was a collection.</summary>
    private static List<int> Allocate(int pieces)
    {
        var (collected, at) = (new List<int>(), 0);
        var collections = new ShortCollections(() => collected.Add(at));
        for (at = 1; at <= pieces; at++)
        {
            GC.KeepAlive(new byte[Piece]);
            collections.Pause();
        }

        return collected;
    }
}
