using System.Globalization;
using RecActors.Interest;

namespace RecActors.Threads;

public sealed class BackgroundThreadTests
{
    [Fact]
    public async Task RunAsync_OnLinux_LowersTheWorkAndItsHelpersAndNobodyElse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Nice values of threads are Linux's.");
        var usual = NiceOfThisThread();
        var helpers = new int[8];
        var own = await BackgroundThread.RunAsync(
            "test",
            () =>
            {
                RowThreads.Run(helpers.Length, chunk: 1, maxThreads: 4, (from, to) => helpers.AsSpan(from, to - from).Fill(NiceOfThisThread()));
                return NiceOfThisThread();
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(BackgroundThread.Nice, own);
        Assert.All(helpers, nice => Assert.Equal(BackgroundThread.Nice, nice));
        Assert.Equal(usual, NiceOfThisThread());
    }

    [Fact]
    public async Task RunAsync_WorkThatFails_FailsTheTask() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThread.RunAsync<int>(
            "test", () => throw new InvalidDataException(), TestContext.Current.CancellationToken));

    [Fact]
    public async Task RunAsync_CancelledWork_CancelsTheTask()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var run = BackgroundThread.RunAsync<int>("test", () => throw new OperationCanceledException(cancellation.Token), cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(run.IsCanceled);
    }

    /// <summary>Field 19 of proc_pid_stat(5); the second field, the name in parentheses, may have blanks.</summary>
    private static int NiceOfThisThread()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
