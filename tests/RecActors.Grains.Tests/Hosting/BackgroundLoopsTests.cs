using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace RecActors.Hosting;

public sealed class BackgroundLoopsTests : IDisposable
{
    private readonly StoppableHost _host = new();
    private readonly BackgroundLoops _loops;

    public BackgroundLoopsTests() => _loops = new BackgroundLoops(_host, NullLogger<BackgroundLoops>.Instance);

    public void Dispose()
    {
        _loops.Dispose();
        _host.Dispose();
    }

    public static TheoryData<Exception> Failures => [new InvalidOperationException(), new TaskCanceledException()];

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Start_LoopFailsWithoutHavingBeenCancelled_StopsTheHost(Exception failure)
    {
        _loops.Start(_ => Task.FromException(failure));
        await Eventually.HoldsAsync(() => Task.FromResult(_host.ApplicationStopping.IsCancellationRequested));
        await _loops.StopAsync();
    }

    [Fact]
    public async Task Stop_LoopsThatAreCancelledOrHaveNothingToDo_LeavesTheHostAlone()
    {
        _loops.Start(stopping => Task.Delay(Timeout.InfiniteTimeSpan, stopping), _ => Task.CompletedTask);
        await _loops.StopAsync();
        Assert.False(_host.ApplicationStopping.IsCancellationRequested);
    }

    private sealed class StoppableHost : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
