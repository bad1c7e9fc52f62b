using Microsoft.Extensions.Options;

namespace RecActors.Health;

/// <summary>
/// Asks serving silos, again and again and through different ones, whether they serve. Remembers the last good answer, so that the
/// readiness probe of this process asks nobody. Thread-safe.
/// </summary>
internal sealed partial class ServingProbe(
    IGrainFactory grains, IOptions<ServingProbeOptions> options, TimeProvider time, ILogger<ServingProbe> logger) : BackgroundService
{
    // A client reaches a grain by way of one silo as long as that lives; other keys go by way of others, where one hangs.
    private const int Keys = 64;

    private volatile Answer? _last;
    private volatile string _failure = "no serving silo has answered yet";
    private long _asked;
    private bool _told;

    /// <summary>The last answer of a silo that serves, or why there was none lately.</summary>
    public (SiloServing? Answer, string Failure) Current =>
        (_last is { } last && time.GetElapsedTime(last.Timestamp) <= options.Value.Tolerance ? last.Serving : null, _failure);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            do
            {
                await Task.WhenAll(Enumerable.Range(0, options.Value.Silos).Select(_ => AskAsync(_asked++ % Keys)));
                Tell();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // How it ends, also where the start of the process failed.
        }
    }

    private async Task AskAsync(long key)
    {
        try
        {
            var answer = await grains.GetGrain<IServingProbeGrain>(key).ProbeAsync(CancellationToken.None).WaitAsync(options.Value.Timeout, time);
            if (answer.Serves)
            {
                _last = new Answer(answer, time.GetTimestamp());
            }
            else
            {
                _failure = $"a silo answers that it does not serve: {answer.Reason}";
            }
        }
        catch (Exception failure)
        {
            // Whatever it is, this process is of no use without a silo, and asks again.
            _failure = $"no serving silo answers: {failure.Message}";
        }
    }

    private void Tell()
    {
        var (answer, failure) = Current;
        if (answer is not null != _told)
        {
            _told = answer is not null;
            if (_told)
            {
                LogServes();
            }
            else
            {
                LogLost(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The cluster serves")]
    private partial void LogServes();

    [LoggerMessage(LogLevel.Warning, "Unready: {Failure}")]
    private partial void LogLost(string failure);

    private sealed record Answer(SiloServing Serving, long Timestamp);
}
