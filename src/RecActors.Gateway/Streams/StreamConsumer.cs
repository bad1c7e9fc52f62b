using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RecActors.Feedback;
using RecActors.Problems;
using StackExchange.Redis;

namespace RecActors.Streams;

/// <summary>
/// Brings a Redis Stream's entries into the journals as one consumer of a group. An entry is acknowledged when its action is durable; one
/// that is delivered again, by a consumer that died in between or another that took over, carries the same event id and is not counted
/// again. While journals do not answer, nothing more is taken from the stream.
/// </summary>
internal sealed partial class StreamConsumer(
    StreamEntryReader reader,
    FeedbackIngest ingest,
    StreamMetrics metrics,
    StreamConsumerName name,
    IOptions<StreamOptions> options,
    TimeProvider time,
    ILogger<StreamConsumer> logger) : BackgroundService
{
    /// <summary>How often actions that fail while others go through are repeated before they are left to a later take-over.</summary>
    private const int MaxRoundsBesideOthers = 10;

    private readonly StreamOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Redis away, or a fault: what was not acknowledged is still there, and is taken again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogInterrupted(failure, _options.Key);
                await Task.Delay(_options.RetryPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ConsumeAsync(CancellationToken stopping)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_options.ConnectionString!).WaitAsync(stopping);
        var group = new StreamGroup(redis.GetDatabase(), _options, name.Value);
        await group.EnsureAsync();
        LogConsuming(_options.Key, _options.Group, name.Value);

        // Each of them once: what is left then stays with the group until the next take-over.
        RedisValue after = StreamGroup.Beginning;
        while (await group.TakeOwnAsync(after) is { Length: > 0 } own)
        {
            await HandleAsync(group, own, stopping);
            after = own[^1].Id;
        }

        var takenOverAt = 0L;
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            if (takenOverAt == 0 || time.GetElapsedTime(takenOverAt) >= _options.TakeOverAfter)
            {
                takenOverAt = time.GetTimestamp();
                while (await group.TakeOverAsync() is { Length: > 0 } left)
                {
                    await HandleAsync(group, left, stopping);
                }
            }

            var entries = await group.TakeNewAsync();
            var (lag, pending) = await group.BacklogAsync();
            metrics.Observed(lag, pending);
            await (entries.Length > 0 ? HandleAsync(group, entries, stopping) : Task.Delay(_options.PollInterval, time, stopping));
        }
    }

    private async Task HandleAsync(StreamGroup group, StreamEntry[] entries, CancellationToken stopping)
    {
        var valid = new List<(StreamEntry Entry, PlacedAction Action)>(entries.Length);
        for (var index = 0; index < entries.Length; index++)
        {
            try
            {
                valid.Add((entries[index], reader.Read(entries[index], index)));
            }
            catch (ProblemException invalid)
            {
                await PutAwayAsync(group, entries[index], invalid);
            }
        }

        await ApplyAsync(group, valid, stopping);
    }

    private async Task ApplyAsync(StreamGroup group, List<(StreamEntry Entry, PlacedAction Action)> actions, CancellationToken stopping)
    {
        var (isOthersFault, rounds) = (false, 0);
        while (actions.Count > 0)
        {
            try
            {
                await ingest.CommitAsync(actions.ConvertAll(action => action.Action), stopping);
                await group.AcknowledgeAsync(actions.Select(action => action.Entry));
                metrics.Applied(actions.Count);
                return;
            }
            catch (ProblemException refused) when (refused.Problem.Status == StatusCodes.Status503ServiceUnavailable)
            {
                var (done, left) = Split(actions, refused.Problem);
                if (done.Count > 0)
                {
                    await group.AcknowledgeAsync(done.Select(action => action.Entry));
                    metrics.Applied(done.Count);
                    (isOthersFault, rounds) = (true, 0);
                }

                // Where other users' actions go through, it is not the journals that are away: one user does not stop all. These stay with the group.
                actions = left;
                if (isOthersFault && ++rounds > MaxRoundsBesideOthers)
                {
                    LogLeft(refused.Problem.Detail ?? "", actions.Count);
                    return;
                }

                LogWaiting(refused.Problem.Detail ?? "", actions.Count);
                await Task.Delay(_options.RetryPause, time, stopping);
            }
            catch (ProblemException refused) when (actions.Count == 1)
            {
                await PutAwayAsync(group, actions[0].Entry, refused);
                return;
            }
            catch (ProblemException)
            {
                // Some of them name what is unknown and not to be inserted. Nothing was applied; each is judged by itself.
                foreach (var action in actions)
                {
                    await ApplyAsync(group, [action], stopping);
                }

                return;
            }
        }
    }

    private static (List<(StreamEntry Entry, PlacedAction Action)> Done, List<(StreamEntry Entry, PlacedAction Action)> Left) Split(
        List<(StreamEntry Entry, PlacedAction Action)> actions, Problem problem)
    {
        var done = (problem.Outcomes ?? []).Where(outcome => outcome.Outcome is UserPart.Applied or UserPart.Dropped).Select(outcome => outcome.Index).ToHashSet();
        return (actions.FindAll(action => done.Contains(action.Action.Place.Index)), actions.FindAll(action => !done.Contains(action.Action.Place.Index)));
    }

    private async Task PutAwayAsync(StreamGroup group, StreamEntry entry, ProblemException invalid)
    {
        var reason = invalid.Problem.Detail ?? invalid.Problem.Title;
        LogDead(entry.Id.ToString(), reason);
        await group.PutAwayAsync(entry, reason);
        metrics.Dead();
    }

    [LoggerMessage(LogLevel.Information, "Consuming the stream {Key} in the group {Group} as {Consumer}")]
    private partial void LogConsuming(string key, string group, string consumer);

    [LoggerMessage(LogLevel.Warning, "The stream {Key} cannot be consumed now; it is tried again")]
    private partial void LogInterrupted(Exception failure, string key);

    [LoggerMessage(LogLevel.Warning, "{Actions} actions of the stream wait: {Reason}")]
    private partial void LogWaiting(string reason, int actions);

    [LoggerMessage(LogLevel.Error, "{Actions} actions of the stream are left to a later take-over, since only theirs fail: {Reason}")]
    private partial void LogLeft(string reason, int actions);

    [LoggerMessage(LogLevel.Warning, "The entry {Id} goes to the dead letters: {Reason}")]
    private partial void LogDead(string id, string reason);
}

/// <summary>This process's name in the consumer group.</summary>
internal sealed record StreamConsumerName(string Value);
