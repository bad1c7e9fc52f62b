namespace RecActors.Threads;

public sealed class ThreadPaceTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void RestAfter_ThreadRanAllTheTime_IsNone()
    {
        Assert.Equal(TimeSpan.Zero, ThreadPace.RestAfter(Work, Work));
        Assert.Equal(TimeSpan.Zero, ThreadPace.RestAfter(Work * 1.02, Work));
    }

    [Fact]
    public void RestAfter_OthersWantedTheProcessor_IsLongerThanTheWork()
    {
        var rest = ThreadPace.RestAfter(Work * 1.5, Work);

        Assert.InRange(rest, 2 * Work, 10 * Work);
        Assert.Equal(2 * rest, ThreadPace.RestAfter(Work * 3, 2 * Work));
    }

    [Fact]
    public void RestAfter_LongPiece_IsBounded() =>
        Assert.InRange(ThreadPace.RestAfter(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1)), Work, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task GiveWay_Cancelled_EndsTheWork()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        Assert.Throws<OperationCanceledException>(() => BackgroundThread.GiveWay(cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackgroundThread.RunAsync(
            "test",
            () =>
            {
                BackgroundThread.GiveWay(cancellation.Token);
                return 0;
            },
            cancellation.Token));
    }
}
