using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;
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
    private readonly ResiliencePipeline _retrying;

    public GrainCalls(IGrainFactory grains, IOptions<GatewayOptions> options, GatewayMetrics metrics, TimeProvider time)
    {
        _grains = grains;
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (_options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is { } failure && TransientFaults.Includes(failure)
                    && !attempt.Context.CancellationToken.IsCancellationRequested),
                MaxRetryAttempts = _options.MaxRetries,
                Delay = _options.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                MaxDelay = TimeSpan.FromSeconds(2),
                OnRetry = _ =>
                {
                    metrics.Retried();
                    return default;
                },
            });
        }

        _retrying = builder.AddTimeout(new TimeoutStrategyOptions { Timeout = _options.AttemptTimeout }).Build();
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
    public async Task<T> RetryAsync<T>(Func<IGrainFactory, Task<T>> call, CancellationToken deadline) =>
        await _retrying.ExecuteAsync(
            static async (state, attempt) => await state.call(state._grains).WaitAsync(attempt), (call, _grains), deadline);

    /// <summary>The 503 for a call given up after <paramref name="failure"/>.</summary>
    public ProblemException Unavailable(Exception failure)
    {
        _metrics.Unavailable();
        return new ProblemException(
            ProblemTypes.Unavailable(_options.RetryAfter, "No answer within the deadline; what the request wrote, if anything, is unknown."),
            failure);
    }
}
