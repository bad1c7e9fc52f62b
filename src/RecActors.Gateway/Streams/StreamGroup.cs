using StackExchange.Redis;

namespace RecActors.Streams;

/// <summary>The consumer group of a stream, for one of its consumers. Thread-safe.</summary>
internal sealed class StreamGroup(IDatabase database, StreamOptions options, string consumer)
{
    /// <summary>Before every entry.</summary>
    public const string Beginning = "0-0";

    /// <summary>Makes the group, and the stream, where they are missing.</summary>
    public async Task EnsureAsync()
    {
        try
        {
            await database.StreamCreateConsumerGroupAsync(options.Key, options.Group, Beginning, createStream: true);
        }
        catch (RedisServerException known) when (known.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Entries that nobody has taken yet.</summary>
    public Task<StreamEntry[]> TakeNewAsync() =>
        database.StreamReadGroupAsync(options.Key, options.Group, consumer, StreamPosition.NewMessages, options.BatchSize);

    /// <summary>Entries that this consumer has taken and not acknowledged, of a process of its name before it: the next ones after an id.</summary>
    public Task<StreamEntry[]> TakeOwnAsync(RedisValue after) =>
        database.StreamReadGroupAsync(options.Key, options.Group, consumer, after, options.BatchSize);

    /// <summary>Takes over entries whose consumers have been silent for too long.</summary>
    public async Task<StreamEntry[]> TakeOverAsync()
    {
        var claimed = await database.StreamAutoClaimAsync(
            options.Key, options.Group, consumer, (long)options.TakeOverAfter.TotalMilliseconds, Beginning, options.BatchSize);
        return claimed.ClaimedEntries;
    }

    public Task AcknowledgeAsync(IEnumerable<StreamEntry> entries) =>
        database.StreamAcknowledgeAsync(options.Key, options.Group, [.. entries.Select(entry => entry.Id)]);

    /// <summary>Puts an entry away with the reason, and acknowledges it, in one step.</summary>
    public async Task PutAwayAsync(StreamEntry entry, string reason)
    {
        var both = database.CreateTransaction();
        NameValueEntry[] letter = [new("id", entry.Id), new("reason", reason), .. entry.Values];
        var put = both.StreamAddAsync(options.DeadLetterKey, letter, maxLength: options.MaxDeadLetters, useApproximateMaxLength: true);
        var acknowledged = both.StreamAcknowledgeAsync(options.Key, options.Group, entry.Id);
        await both.ExecuteAsync();
        await put;
        await acknowledged;
    }

    /// <summary>Entries not taken, and entries not acknowledged.</summary>
    public async Task<(long Lag, long Pending)> BacklogAsync()
    {
        var group = (await database.StreamGroupInfoAsync(options.Key)).FirstOrDefault(group => group.Name == options.Group);
        return (group.Lag ?? 0, group.PendingMessageCount);
    }
}
