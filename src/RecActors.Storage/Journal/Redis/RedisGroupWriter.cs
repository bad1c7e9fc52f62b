using System.Diagnostics;
using System.Threading.Channels;
using RecActors.Redis;
using RecActors.Storage;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// Writes appends in groups: whatever has queued up while a group is on its way forms the next one, so the group grows with the load
/// and no append waits for a timer. One group is on its way at a time, so appends of a user keep their order. Thread-safe.
/// </summary>
internal sealed class RedisGroupWriter : IAsyncDisposable
{
    private const int KeysPerPartition = 4;
    private const int ArgumentsPerAppend = 6;

    private readonly Channel<RedisAppend> _queue =
        Channel.CreateUnbounded<RedisAppend>(new UnboundedChannelOptions { SingleReader = true });

    private readonly RedisConnection _connection;
    private readonly RedisStorageOptions _options;
    private readonly StorageTelemetry _telemetry;
    private readonly Task _loop;

    public RedisGroupWriter(RedisConnection connection, RedisStorageOptions options, StorageTelemetry telemetry)
    {
        _connection = connection;
        _options = options;
        _telemetry = telemetry;
        _loop = Task.Run(RunAsync);
    }

    /// <exception cref="JournalUnavailableException">The writer has stopped.</exception>
    public void Enqueue(RedisAppend append)
    {
        if (!_queue.Writer.TryWrite(append))
        {
            throw new JournalUnavailableException("The journal is closed.");
        }
    }

    /// <summary>Writes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var group = new List<RedisAppend>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            TakeGroup(group);
            await WriteAsync(group);
        }
    }

    private void TakeGroup(List<RedisAppend> group)
    {
        group.Clear();
        var bytes = 0;
        while (group.Count < _options.MaxGroupWrites && bytes < _options.MaxGroupBytes && _queue.Reader.TryRead(out var append))
        {
            group.Add(append);
            bytes += append.Packed.Length;
        }
    }

    private async Task WriteAsync(List<RedisAppend> group)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var (keys, arguments) = CallOf(group);
            var answer = (long[])(await _connection.WriteAsync(keys[0], database => RedisScript.Append.RunAsync(database, keys, arguments)))!;
            _telemetry.Committed(group.Count, Stopwatch.GetElapsedTime(started));
            Acknowledge([.. group], answer);
        }
#pragma warning disable CA1031 // Whatever went wrong, the group's callers must hear of it and the writer must go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _telemetry.Failed();
            var unavailable = RedisFailures.Unavailable(failure);
            ThreadPool.UnsafeQueueUserWorkItem(
                static failed => Array.ForEach(failed.Group, append => append.Failed(failed.Unavailable)), (Group: group.ToArray(), Unavailable: unavailable), preferLocal: false);
        }
    }

    /// <summary>On another thread of the pool: who waits goes on within the call, and the next group is on its way meanwhile.</summary>
    private void Acknowledge(RedisAppend[] group, long[] answer)
    {
        for (var i = 0; i < group.Length; i++)
        {
            if (answer[i * 2] >= 0)
            {
                _telemetry.Appended(group[i].Entries);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static answered =>
            {
                for (var i = 0; i < answered.Group.Length; i++)
                {
                    answered.Group[i].Answered(answered.Answer[i * 2], answered.Answer[(i * 2) + 1]);
                }
            },
            (Group: group, Answer: answer),
            preferLocal: false);
    }

    private static (RedisKey[] Keys, RedisValue[] Arguments) CallOf(List<RedisAppend> group)
    {
        var partitions = new Dictionary<PartitionKeys, int>();
        foreach (var append in group)
        {
            partitions.TryAdd(append.Partition, partitions.Count);
        }

        var keys = new RedisKey[(partitions.Count * KeysPerPartition) + group.Count];
        foreach (var (partition, index) in partitions)
        {
            var at = index * KeysPerPartition;
            (keys[at], keys[at + 1], keys[at + 2], keys[at + 3]) = (partition.Clock, partition.Count, partition.Touched, partition.Users);
        }

        var arguments = new RedisValue[1 + (group.Count * ArgumentsPerAppend)];
        arguments[0] = partitions.Count;
        for (var i = 0; i < group.Count; i++)
        {
            var append = group[i];
            keys[(partitions.Count * KeysPerPartition) + i] = append.Partition.JournalOf(append.User);
            var at = 1 + (i * ArgumentsPerAppend);
            arguments[at] = partitions[append.Partition];
            arguments[at + 1] = append.User;
            arguments[at + 2] = append.Epoch;
            arguments[at + 3] = append.ExpectedLength;
            arguments[at + 4] = append.Entries;
            arguments[at + 5] = append.Packed;
        }

        return (keys, arguments);
    }
}
