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
    public RequestDeadline StartDeadline(CancellationToken aborted) => StartDeadline(TimeSpan.Zero, aborted);

    /// <inheritdoc cref="StartDeadline(CancellationToken)"/>
    public RequestDeadline StartDeadline(TimeSpan passed, CancellationToken aborted) =>
        new(passed < _options.Deadline ? _options.Deadline - passed : TimeSpan.Zero, _time, aborted);

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

    /// <summary>
    /// Calls with retries until <paramref name="deadline"/>, once for each of the work, so many at a time. Their first attempts are watched
    /// together, since nearly all succeed: only what does not costs more than its call, and is tried again beside the rest, so many at a time, too.
    /// Returns when all are settled; what fails stops no other.
    /// </summary>
    /// <param name="work">What is to be done.</param>
    /// <param name="degree">Calls at a time.</param>
    /// <param name="call">Makes one attempt.</param>
    /// <param name="settle">Hears of each result, or of its last failure; maybe of several at once.</param>
    /// <param name="deadline">When what has not succeeded has failed.</param>
    public async Task ForEachAsync<TWork, T>(
        IReadOnlyList<TWork> work, int degree, Func<IGrainFactory, TWork, Task<T>> call, Action<TWork, T, Exception?> settle, CancellationToken deadline)
    {
        List<Task>? retries = null;
        for (var from = 0; from < work.Count; from += degree)
        {
            while (retries?.Count >= degree)
            {
                retries.Remove(await Task.WhenAny(retries));
            }

            var attempts = new Task<T>[Math.Min(degree, work.Count - from)];
            for (var i = 0; i < attempts.Length; i++)
            {
                _hungRetries.Earn();
                attempts[i] = deadline.IsCancellationRequested
                    ? Task.FromException<T>(new TimeoutException("The deadline passed before the first attempt."))
                    : Begin(work[from + i]);
            }

            await Task.WhenAll((Task[])attempts).WaitAsync(_options.AttemptTimeout, _time, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            for (var i = 0; i < attempts.Length; i++)
            {
                if (attempts[i].IsCompletedSuccessfully)
                {
                    settle(work[from + i], attempts[i].Result, null);
                }
                else
                {
                    (retries ??= []).Add(SettleAsync(work[from + i], attempts[i], call, settle, deadline));
                }
            }
        }

        if (retries is not null)
        {
            await Task.WhenAll(retries);
        }

        Task<T> Begin(TWork one)
        {
            try
            {
                return call(_grains, one);
            }
#pragma warning disable CA1031 // Where no silo is known, it fails before there is a task.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                return Task.FromException<T>(failure);
            }
        }
    }

    /// <summary>
    /// Goes on as <see cref="ForEachAsync"/> does after first attempts that were made in another way, and have failed or hang.
    /// </summary>
    public Task GoOnAsync<TWork, T>(
        IReadOnlyList<TWork> work,
        int degree,
        Func<TWork, Task<T>> first,
        Func<IGrainFactory, TWork, Task<T>> call,
        Action<TWork, T, Exception?> settle,
        CancellationToken deadline) =>
        ConcurrentCalls.ForEachAsync(
            work,
            degree,
            one => SettleAsync(one, first(one), call, settle, deadline));

    /// <summary>So many first attempts are made in another way.</summary>
    public void Begin(int attempts) => _hungRetries.Earn(attempts);

    private async Task SettleAsync<TWork, T>(
        TWork one, Task<T> first, Func<IGrainFactory, TWork, Task<T>> call, Action<TWork, T, Exception?> settle, CancellationToken deadline)
    {
        T result;
        try
        {
            result = await RetryAsync(grains => call(grains, one), first, deadline);
        }
#pragma warning disable CA1031 // Whatever failed, the others go on and whoever asked hears of it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            settle(one, default!, failure);
            return;
        }

        settle(one, result, null);
    }

    /// <summary>Goes on after a first attempt that has failed or hangs.</summary>
    private async Task<T> RetryAsync<T>(Func<IGrainFactory, Task<T>> call, Task<T> first, CancellationToken deadline)
    {
        Attempts<T> attempts;
        try
        {
            // Who has gone away, or has no time left, is not tried again.
            return first.IsCompleted || deadline.IsCancellationRequested || !_hungRetries.TryTake()
                ? await first.WaitAsync(deadline)
                : throw new TimeoutException("The attempt hangs.");
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
