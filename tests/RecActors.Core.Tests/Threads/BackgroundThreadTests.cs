using System.Globalization;
using RecActors.Interest;

namespace RecActors.Threads;

public sealed class BackgroundThreadTests
{
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, BackgroundThread.IdlePolicy)]
    public async Task RunAsync_OnLinux_LowersTheWorkAndItsHelpersAndNobodyElse(bool onlyIdleTime, int policy)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Policies and nice values of threads are Linux's.");
        var usual = OfThisThread();
        var helpers = new (int Nice, int Policy)[8];
        var own = await BackgroundThread.RunAsync(
            "test",
            () =>
            {
                RowThreads.Run(helpers.Length, chunk: 1, maxThreads: 4, (from, to) => helpers.AsSpan(from, to - from).Fill(OfThisThread()));
                return OfThisThread();
            },
            TestContext.Current.CancellationToken,
            onlyIdleTime);

        Assert.Equal((BackgroundThread.Nice, policy), own);
        Assert.All(helpers, helper => Assert.Equal(own, helper));
        Assert.False(BackgroundThread.IsCurrent);
        Assert.Equal(usual, OfThisThread());
    }

    [Fact]
    public async Task RunSteadily_ForAThreadOfIdleTime_RunsOnOneThatIsSureToGetOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Policies and nice values of threads are Linux's.");
        var (own, steady) = await BackgroundThread.RunAsync(
            "test",
            () => (OfThisThread(), BackgroundThread.RunSteadily("test", OfThisThread, TestContext.Current.CancellationToken)),
            TestContext.Current.CancellationToken,
            onlyIdleTime: true);

        Assert.Equal((BackgroundThread.Nice, BackgroundThread.IdlePolicy), own);
        Assert.Equal((BackgroundThread.Nice, 0), steady);
        Assert.Equal(OfThisThread(), BackgroundThread.RunSteadily("test", OfThisThread, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task GiveWay_OnAThreadOfIdleTime_SleepsAfterATurn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Policies of threads are Linux's.");

        // Several turns on any machine, and one that others keep busy only makes more of them.
        const int Calls = 200_000;
        var slept = await BackgroundThread.RunAsync(
            "test",
            () =>
            {
                var before = SleepsOfThisThread();
                for (var call = 0; call < Calls; call++)
                {
                    BackgroundThread.GiveWay();
                }

                return SleepsOfThisThread() - before;
            },
            TestContext.Current.CancellationToken,
            onlyIdleTime: true);

        // Not at every call: what calls it often would hardly get on. A sleep that is over before another thread has the processor is not counted.
        Assert.InRange(slept, 1, Calls / 2);
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

    /// <summary>How often this thread gave up the processor by itself.</summary>
    private static int SleepsOfThisThread() => int.Parse(
        File.ReadLines("/proc/thread-self/status").Single(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal)).Split(':')[1], CultureInfo.InvariantCulture);

    /// <summary>Fields 19 and 41 of proc_pid_stat(5); the second field, the name in parentheses, may have blanks.</summary>
    private static (int Nice, int Policy) OfThisThread()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[16], CultureInfo.InvariantCulture), int.Parse(fields[38], CultureInfo.InvariantCulture));
    }
}
