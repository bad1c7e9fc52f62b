using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using RecActors.Calls;

namespace RecActors.Clients;

/// <summary>Tries calls until they succeed or the time is up, and measures them. Thread-safe.</summary>
internal sealed class ClientCalls
{
    /// <summary>Name of the traces and of the meter.</summary>
    public const string Name = "RecActors.Client";

    private static readonly ActivitySource Activities = new(Name);

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;
    private readonly RecActorsClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retrying;

    public ClientCalls(IOptions<RecActorsClientOptions> options, IMeterFactory meters, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        var meter = meters.Create(Name);
        _duration = meter.CreateHistogram<double>("recactors.client.duration", "s", "From a call to its answer, retries included, by call and outcome.");
        _retries = meter.CreateCounter<long>("recactors.client.retries", "{call}", "Calls tried again after a transient failure.");
        _retrying = _options.MaxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static attempt => ValueTask.FromResult(
                    attempt.Outcome.Exception is { } failure && IsTransient(failure) && !attempt.Context.CancellationToken.IsCancellationRequested),
                MaxRetryAttempts = _options.MaxRetries,
                Delay = _options.RetryDelay,
                MaxDelay = _options.MaxRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = _ =>
                {
                    _retries.Add(1);
                    return default;
                },
            })
            .Build();
    }

    /// <exception cref="RecActorsException">Refused, or no answer before the deadline.</exception>
    public async Task<T> InvokeAsync<T>(string name, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity(name, ActivityKind.Client);
        using var timer = new CancellationTokenSource(_options.Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var started = _time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var answer = await _retrying.ExecuteAsync(
                static async (call, token) => await call(token).WaitAsync(token), call, either.Token).ConfigureAwait(false);
            outcome = "answered";
            return answer;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            throw failure as RecActorsException ?? new RecActorsException(
                $"RecActors did not {name}: {failure.Message}", failure)
            {
                IsTransient = IsTransient(failure),
            };
        }
        finally
        {
            _duration.Record(
                _time.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("call", name),
                new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    private static bool IsTransient(Exception failure) =>
        failure is RecActorsException { IsTransient: true } or HttpRequestException || TransientFaults.Includes(failure);
}
