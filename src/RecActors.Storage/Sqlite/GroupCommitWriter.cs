using System.Diagnostics;
using System.Threading.Channels;
using RecActors.Storage;

namespace RecActors.Sqlite;

/// <summary>
/// The only writer of the database: a thread that takes whatever has queued up as one group, writes it in one transaction
/// and acknowledges it after the sync. Writes that arrive during a sync form the next group, so the group grows with the
/// load and no write waits for a timer. After a failure it opens a new session; the disk's recovery is its own. Thread-safe.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private readonly Channel<WriteOperation> _queue =
        Channel.CreateUnbounded<WriteOperation>(new UnboundedChannelOptions { SingleReader = true });

    private readonly List<WriteOperation> _group = [];
    private readonly Func<SqliteSession> _open;
    private readonly int _maxWrites;
    private readonly int _maxBytes;
    private readonly StorageTelemetry _telemetry;
    private readonly Task _loop;
    private SqliteSession? _session;

    /// <param name="open">Opens a writing session; called for the first group, and for the next one after a failure.</param>
    /// <param name="maxWrites">The most operations in a group.</param>
    /// <param name="maxBytes">The most bytes in a group, but for a single operation above it.</param>
    /// <param name="telemetry">Where sizes and times of groups go.</param>
    public GroupCommitWriter(Func<SqliteSession> open, int maxWrites, int maxBytes, StorageTelemetry telemetry)
    {
        _open = open;
        _maxWrites = maxWrites;
        _maxBytes = maxBytes;
        _telemetry = telemetry;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Called with every new session, on the writer's thread, before the next group: brings memory in line with what the
    /// database holds. An exception fails the group.
    /// </summary>
    public Action<SqliteSession>? Opened { get; set; }

    /// <summary>Called after every group, on the writer's thread, before anybody hears of it.</summary>
    public Action? Committed { get; set; }

    /// <summary>Queues an operation. Operations are executed in the order of their queueing.</summary>
    /// <exception cref="ObjectDisposedException">The writer is stopped.</exception>
    public void Enqueue(WriteOperation operation) =>
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(operation), this);

    /// <summary>Queues a write and completes when it is durable.</summary>
    /// <exception cref="IOException">The write failed; whether a crash would bring it back is unknown.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> write, int bytes)
    {
        var operation = new WriteOperation<T>(write, bytes);
        Enqueue(operation);
        return operation.Done;
    }

    /// <summary>Commits what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _session?.Dispose();
    }

    private void Run()
    {
        // A thread of its own: it blocks in the sync of the disk, which would starve a small pool.
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (TakeGroup())
            {
                Commit();
            }
        }
    }

    private bool TakeGroup()
    {
        _group.Clear();
        var bytes = 0;
        while (_group.Count < _maxWrites && bytes < _maxBytes && _queue.Reader.TryPeek(out var next))
        {
            if (next.IsAlone && _group.Count > 0)
            {
                break;
            }

            _queue.Reader.TryRead(out var operation);
            _group.Add(operation!);
            bytes += operation!.Bytes;
            if (operation.IsAlone)
            {
                break;
            }
        }

        return _group.Count > 0;
    }

    private void Commit()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            _session ??= OpenSession();
            if (_group[0].IsAlone)
            {
                _group[0].Execute(_session);
            }
            else
            {
                Transact(_session);
            }
        }
#pragma warning disable CA1031 // Whatever went wrong, the group's callers must hear of it and the writer must go on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
            return;
        }

        _telemetry.Committed(_group.Count, Stopwatch.GetElapsedTime(started));
        foreach (var operation in _group)
        {
            operation.OnCommitted();
        }

        try
        {
            Committed?.Invoke();
        }
        finally
        {
            // It is durable: whatever becomes of the writer, its callers hear of it.
            Acknowledge();
        }
    }

    private void Acknowledge() => ThreadPool.UnsafeQueueUserWorkItem(
        static group =>
        {
            // Nobody's context is here to flow into the turns that are queued: said once, not by the scheduler for each of them.
            using (ExecutionContext.SuppressFlow())
            {
                foreach (var operation in group)
                {
                    operation.Acknowledge();
                }
            }
        },
        _group.ToArray(),
        preferLocal: false);

    private void Transact(SqliteSession session)
    {
        session.Prepare("BEGIN IMMEDIATE").Run();
        foreach (var operation in _group)
        {
            operation.Execute(session);
        }

        session.Prepare("COMMIT").Run();
    }

    private SqliteSession OpenSession()
    {
        var session = _open();
        try
        {
            Opened?.Invoke(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private void Fail(Exception error)
    {
        _telemetry.Failed();

        // Closing the session rolls back; what a half-failed one would still do is not worth knowing.
        _session?.Dispose();
        _session = null;
        var failure = new IOException("The storage could not write: " + error.Message, error);
        foreach (var operation in _group)
        {
            operation.OnFailed(failure);
        }

        Acknowledge();
    }
}
