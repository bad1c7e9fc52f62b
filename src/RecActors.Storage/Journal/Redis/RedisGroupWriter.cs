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
    private const int ArgumentsBefore = 2;

    private readonly Channel<RedisAppend> _queue =
        Channel.CreateUnbounded<RedisAppend>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Dictionary<PartitionKeys, int> _indexes = [];
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
            bytes += append.Bytes;
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
        var refused = answer.AsSpan(1);
        _telemetry.Appended(group.Length - refused.Length, EntriesOf(group, refused));
        ThreadPool.UnsafeQueueUserWorkItem(
            static answered =>
            {
                // Nobody's context is here to flow into the turns that are queued: said once, not by the scheduler for each of them.
                using var flow = ExecutionContext.SuppressFlow();
                var (end, refusals) = (answered.Answer[0], 0);
                for (var i = 0; i < answered.Group.Length; i++)
                {
                    var append = answered.Group[i];
                    if (refusals + 1 < answered.Answer.Length && answered.Answer[refusals + 1] == i)
                    {
                        refusals++;
                        append.Refused();
                    }
                    else
                    {
                        append.Appended(end += append.Entries);
                    }
                }
            },
            (Group: group, Answer: answer),
            preferLocal: false);
    }

    private static int EntriesOf(RedisAppend[] group, ReadOnlySpan<long> refused)
    {
        var entries = 0;
        foreach (var append in group)
        {
            entries += append.Entries;
        }

        foreach (var index in refused)
        {
            entries -= group[index].Entries;
        }

        return entries;
    }

    /// <summary>The script's keys and arguments; the script says what they are.</summary>
    private (RedisKey[] Keys, RedisValue[] Arguments) CallOf(List<RedisAppend> group)
    {
        _indexes.Clear();
        foreach (var append in group)
        {
            _indexes.TryAdd(append.Partition, _indexes.Count);
        }

        var partitions = _indexes.Count;
        var keys = new RedisKey[(partitions * KeysPerPartition) + group.Count];
        foreach (var (partition, index) in _indexes)
        {
            (keys[index], keys[partitions + index]) = (partition.Clock, partition.Count);
            (keys[(2 * partitions) + index], keys[(3 * partitions) + index]) = (partition.Touched, partition.Users);
        }

        var arguments = new RedisValue[ArgumentsBefore + group.Count];
        (arguments[0], arguments[1]) = (partitions, TouchMarks.Ahead);
        for (var i = 0; i < group.Count; i++)
        {
            keys[(partitions * KeysPerPartition) + i] = group[i].Journal;
            arguments[ArgumentsBefore + i] = group[i].ArgumentAt(_indexes[group[i].Partition]);
        }

        return (keys, arguments);
    }
}
