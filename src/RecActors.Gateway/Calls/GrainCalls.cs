using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
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
    private readonly IGrainFactory _grains;
    private readonly GatewayOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly RetryBudget _hungRetries;
    private readonly ResiliencePipeline _retrying;

    public GrainCalls(IGrainFactory grains, IOptions<GatewayOptions> options, GatewayMetrics metrics, TimeProvider time)
    {
        _grains = grains;
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _hungRetries = new RetryBudget(_options.HungRetryShare, _options.HungRetryReserve);
        _retrying = _options.MaxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is { } failure && TransientFaults.Includes(failure)
                    && !attempt.Context.CancellationToken.IsCancellationRequested),
                MaxRetryAttempts = _options.MaxRetries,
                Delay = _options.RetryDelay,
                MaxDelay = _options.MaxRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = _ =>
                {
                    metrics.Retried();
                    return default;
                },
            })
            .Build();
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
    /// <remarks>Nearly every call succeeds at once: only what does not pays for the pipeline.</remarks>
    public async Task<T> RetryAsync<T>(Func<IGrainFactory, Task<T>> call, CancellationToken deadline)
    {
        _hungRetries.Earn();
        Attempts<T> attempts;
        try
        {
            return await AttemptAsync(call, deadline);
        }
        catch (Exception failure) when (_options.MaxRetries > 0 && TransientFaults.Includes(failure) && !deadline.IsCancellationRequested)
        {
            attempts = new Attempts<T>(this, call, failure);
        }

        return await _retrying.ExecuteAsync(static async (attempts, deadline) => await attempts.NextAsync(deadline), attempts, deadline);
    }

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

    /// <summary>The attempts of one call, the first of which has failed already: the pipeline counts it, and pauses after it.</summary>
    private sealed class Attempts<T>(GrainCalls calls, Func<IGrainFactory, Task<T>> call, Exception firstFailure)
    {
        private Exception? _firstFailure = firstFailure;

        public Task<T> NextAsync(CancellationToken deadline)
        {
            var failure = _firstFailure;
            _firstFailure = null;
            return failure is null ? calls.AttemptAsync(call, deadline) : Task.FromException<T>(failure);
        }
    }
}
