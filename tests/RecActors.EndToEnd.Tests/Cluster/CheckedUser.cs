using System.Diagnostics;
using System.Net;
using RecActors.Api;

namespace RecActors.Cluster;

/// <summary>
/// A user that acts and asks, one after the other and through any gateway, and does not forget: what has been acknowledged, what must
/// be there, what an answer must contain. Failures that the API calls retryable are retried with the same event id.
/// </summary>
internal sealed class CheckedUser(string userId, LoadBalancer gateways, string[] items, TrafficReport report, bool isPatient)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(userId.GetHashCode(StringComparison.Ordinal));
    private readonly Dictionary<string, int> _acted = new(StringComparer.Ordinal);
    private long _acknowledged;
    private int _events;

    public string UserId => userId;

    /// <summary>Acts and asks until told to stop; the request in flight is finished.</summary>
    public async Task RunAsync(TimeSpan thinking, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await ActAsync();
            await AskAsync();
            await Task.Delay(thinking, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Asks one gateway directly. False when it would not answer; an answer is checked.</summary>
    public async Task<bool> TryAskAsync(ApiClient gateway, CancellationToken cancellationToken)
    {
        try
        {
            // The user acts meanwhile: the answer must contain what was acknowledged before the question.
            var before = Interlocked.Read(ref _acknowledged);
            Check(await gateway.RecommendAsync(userId, 10, cancellationToken), before);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            return false;
        }
    }

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

    private async Task ActAsync()
    {
        var item = items[_random.Next(items.Length)];
        var action = new FeedbackJson("read", userId, item, 1, null, $"{userId}-{_events++}");
        var version = await UntilAnsweredAsync(gateway => gateway.PostFeedbackAsync(CancellationToken.None, action));
        _acted[item] = _acted.GetValueOrDefault(item) + 1;
        report.Checked(version == _events, $"{userId}: action {_events} acknowledged as {version}");
        Interlocked.Exchange(ref _acknowledged, _events);
        report.Acknowledged();
    }

    private async Task AskAsync() => Check(
        await UntilAnsweredAsync(gateway => gateway.RecommendAsync(userId, 10, CancellationToken.None)), _acknowledged);

    private void Check(Answer answer, long acknowledged) =>
        report.Checked(answer.UserVersion >= acknowledged, $"{userId}: answered from {answer.UserVersion}, acknowledged {acknowledged}");

    private async Task<T> UntilAnsweredAsync<T>(Func<ApiClient, Task<T>> request)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var answer = await request(await gateways.NextAsync(CancellationToken.None));
                report.Answered(userId, started);
                return answer;
            }
            catch (Exception failure) when (!isPatient || (failure is HttpRequestException { StatusCode: { } status } && status != HttpStatusCode.ServiceUnavailable))
            {
                report.Failed($"{userId}: {failure.Message}");
                throw;
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
            {
                // 503, or a gateway that was killed under the request.
                report.Retried(failure.Message);
                await Task.Delay(Pause);
            }
        }
    }

    private sealed record FeedbackRow(string ItemId, double Value);
}
