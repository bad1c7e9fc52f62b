using Microsoft.Extensions.Options;
using RecActors.Hosting;
using RecActors.Problems;

namespace RecActors.Calls;

/// <summary>
/// Calls grains within a deadline, trying again after transient failures. Every call made here is safe to repeat: reads,
/// whole replacements, and appends whose actions carry event ids. Calls are abandoned at the deadline, not cancelled:
/// they are short, and a token would make each of them dearer.
/// </summary>
internal sealed class GrainCalls
{
    private const double GoldenRatio = 0.618033988749895;

    private readonly IGrainFactory _grains;
    private readonly GatewayOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly RetryBudget _hungRetries;
    private long _retries;

    public GrainCalls(IGrainFactory grains, IOptions<GatewayOptions> options, GatewayMetrics metrics, TimeProvider time)
    {
        _grains = grains;
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _hungRetries = new RetryBudget(_options.HungRetryShare, _options.HungRetryReserve);
    }

    /// <summary>A token that is cancelled when the caller goes away or the request's time is up.</summary>
    public RequestDeadline StartDeadline(CancellationToken aborted) => new(_options.Deadline, _time, aborted);

    /// <summary>Calls with retries within a deadline of its own.</summary>
    /// <exception cref="ProblemException">503: the deadline passed without an answer.</exception>
    public async Task<T> InvokeAsync<T>(Func<IGrainFactory, Task<T>> call, CancellationToken aborted)
    {
        using var deadline = StartDeadline(aborted);
        try
        {
            return await RetryAsync(call, deadline.Token);
        }
        catch (Exception failure) when (TransientFaults.Includes(failure) && !aborted.IsCancellationRequested)
        {
            throw Unavailable(failure);
        }
    }

    /// <inheritdoc cref="InvokeAsync{T}"/>
    public Task InvokeAsync(Func<IGrainFactory, Task> call, CancellationToken aborted) =>
        InvokeAsync(
            async grains =>
            {
                await call(grains);
                return true;
            },
            aborted);

    /// <summary>Calls once, for administration: what is asked may take long, and asking twice may do it twice.</summary>
    /// <exception cref="ProblemException">503: no answer; the outcome is unknown.</exception>
    public async Task<T> InvokeOnceAsync<T>(Func<IGrainFactory, CancellationToken, Task<T>> call, CancellationToken aborted)
    {
        using var deadline = new RequestDeadline(_options.AdministrationDeadline, _time, aborted);
        try
        {
            return await call(_grains, deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception failure) when (TransientFaults.Includes(failure) && !aborted.IsCancellationRequested)
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Calls with retries until <paramref name="deadline"/>; the last failure goes to the caller.</summary>
    public async Task<T> RetryAsync<T>(Func<IGrainFactory, Task<T>> call, CancellationToken deadline)
    {
        _hungRetries.Earn();
        var pause = _options.RetryDelay;
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await AttemptAsync(call, deadline);
            }
            catch (Exception failure) when (TransientFaults.Includes(failure) && retries < _options.MaxRetries && !deadline.IsCancellationRequested)
            {
                _metrics.Retried();
            }

            await Task.Delay(pause * Spread(), _time, deadline);
            pause = pause * 2 < _options.MaxRetryDelay ? pause * 2 : _options.MaxRetryDelay;
        }
    }

    /// <summary>Between a half and one and a half, evenly over the retries of all requests, so that those that failed together do not come together again.</summary>
    private double Spread() => 0.5 + (Interlocked.Increment(ref _retries) * GoldenRatio % 1);

    private async Task<T> AttemptAsync<T>(Func<IGrainFactory, Task<T>> call, CancellationToken deadline)
    {
        var answer = call(_grains);
        if (answer.IsCompleted)
        {
            return await answer;
        }

        try
        {
            return await answer.WaitAsync(_options.AttemptTimeout, _time, deadline);
        }
        catch (TimeoutException) when (!answer.IsCompleted && !_hungRetries.TryTake())
        {
            return await answer.WaitAsync(deadline);
        }
    }

    /// <summary>The 503 for a call given up after <paramref name="failure"/>.</summary>
    public ProblemException Unavailable(Exception failure)
    {
        _metrics.Unavailable();
        return new ProblemException(
            ProblemTypes.Unavailable(_options.RetryAfter, "No answer within the deadline; what the request wrote, if anything, is unknown."),
            failure);
    }
}
