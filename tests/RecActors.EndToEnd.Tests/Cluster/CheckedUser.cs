using System.Diagnostics;
using System.Net;
using RecActors.Api;

namespace RecActors.Cluster;

/// <summary>
/// A user that acts and asks, one after the other and through any gateway, and does not forget: what has been acknowledged, what must
/// be there, what an answer must contain. Failures that the API calls retryable are retried with the same event id.
/// </summary>
internal sealed class CheckedUser(string userId, LoadBalancer gateways, string[] items, TrafficReport report, bool isPatient) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Longer than any fault that a test makes takes to pass, also on a starved machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Random _random = new(userId.GetHashCode(StringComparison.Ordinal));
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, int> _acted = new(StringComparer.Ordinal);
    private long _acknowledged;
    private int _events;
    private volatile string _doing = "nothing yet";

    public string UserId => userId;

    /// <summary>What the user waits for, and what went wrong last, for a failed test.</summary>
    public string Doing => $"{userId}: {_doing}";

    /// <summary>Acts and asks until told to stop; the request in flight is finished.</summary>
    public async Task RunAsync(TimeSpan thinking, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await _turn.WaitAsync(CancellationToken.None);
            try
            {
                await ActAsync(NextAction());
                await AskAsync();
            }
            finally
            {
                _turn.Release();
            }

            await Task.Delay(thinking, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Asks one process directly, and acts through it: what it answers is checked, and what it acknowledges must be in all later answers.
    /// An action that it does not acknowledge is repeated through any gateway.
    /// </summary>
    public async Task AskAndActDirectlyAsync(ApiClient direct, CancellationToken cancellationToken)
    {
        // The user acts meanwhile: the answer must contain what was acknowledged before the question.
        var before = Interlocked.Read(ref _acknowledged);
        await TryDirectlyAsync(async () => Check(await direct.RecommendAsync(userId, 10, cancellationToken), before));
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var action = NextAction();
            var version = -1L;
            await TryDirectlyAsync(async () => version = await direct.PostFeedbackAsync(cancellationToken, action));
            await ActAsync(action, version);
            await AskAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Compares the stored rows with what was acknowledged: values add up, so an action that counts twice shows.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var gateway = await gateways.NextAsync(cancellationToken);
        var rows = await gateway.GetAsync<FeedbackRow[]>($"/api/user/{userId}/feedback?n=1000", cancellationToken);
        var stored = rows.ToDictionary(row => row.ItemId, row => (int)Math.Round(row.Value));
        foreach (var item in _acted.Keys.Union(stored.Keys))
        {
            var difference = stored.GetValueOrDefault(item) - _acted.GetValueOrDefault(item);
            report.Lost(Math.Max(0, -difference));
            report.Doubled(Math.Max(0, difference));
        }
    }

    private FeedbackJson NextAction() => new("read", userId, items[_random.Next(items.Length)], 1, null, $"{userId}-{_events++}");

    /// <summary>Counts an action that has been acknowledged, after sending it where no version says so already.</summary>
    private async Task ActAsync(FeedbackJson action, long version = -1)
    {
        if (version < 0)
        {
            version = await UntilAnsweredAsync("an action", gateway => gateway.PostFeedbackAsync(CancellationToken.None, action));
        }

        _acted[action.ItemId] = _acted.GetValueOrDefault(action.ItemId) + 1;
        report.Checked(version == _events, $"{userId}: action {_events} acknowledged as {version}");
        Interlocked.Exchange(ref _acknowledged, _events);
        report.Acknowledged();
    }

    private async Task TryDirectlyAsync(Func<Task> request)
    {
        try
        {
            await request();
            report.RepliedDirectly();
        }
        catch (HttpRequestException refusal) when (refusal.StatusCode is not null)
        {
            report.RepliedDirectly();
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            // It ended meanwhile.
        }
    }

    private async Task AskAsync() => Check(
        await UntilAnsweredAsync("a question", gateway => gateway.RecommendAsync(userId, 10, CancellationToken.None)), _acknowledged);

    private void Check(Answer answer, long acknowledged)
    {
        var isFresh = answer.UserVersion >= acknowledged;
        if (!isFresh && answer.Stale)
        {
            // As it says itself: the journal did not answer in time, which happens on a starved machine.
            report.AdmittedlyStale();
            return;
        }

        report.Checked(isFresh, $"{userId}: answered from {answer.UserVersion}, acknowledged {acknowledged}");
    }

    private async Task<T> UntilAnsweredAsync<T>(string what, Func<ApiClient, Task<T>> request)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var at = "no gateway";
            try
            {
                _doing = $"{what}, which waits for a gateway";
                var gateway = await gateways.NextAsync(CancellationToken.None);
                at = gateway.ToString();
                _doing = $"{what} at {at}";
                var answer = await request(gateway);
                report.Answered(userId, started);
                return answer;
            }
            catch (Exception failure) when (!MayRepeat(failure, started))
            {
                report.Failed($"{userId}: {what} at {at} after {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s: {failure.Message}");
                throw;
            }
            catch (Exception failure)
            {
                report.Retried($"{userId}: {what} at {at}: {failure.Message}");
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>Whether it is a 503, or a gateway that was killed under the request.</summary>
    private bool MayRepeat(Exception failure, long started) =>
        isPatient
        && Stopwatch.GetElapsedTime(started) < Patience
        && (failure is HttpRequestException { StatusCode: null or HttpStatusCode.ServiceUnavailable } or OperationCanceledException or IOException);

    private sealed record FeedbackRow(string ItemId, double Value);
}
