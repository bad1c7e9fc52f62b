using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RecActors.Sqlite;
using RecActors.Storage;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Folds the log into the users' snapshots, enters it into the index of items and trims it, in the background: when the log is long, or has been
/// idle. It works in slices, each prepared outside the writer and then written within the next group, so appends wait for one slice at most.
/// </summary>
internal sealed partial class JournalCheckpointer : IAsyncDisposable
{
    /// <summary>Log rows that one transaction trims; some ten milliseconds.</summary>
    private const int TrimRows = 8192;

    /// <summary>Entries of the index of items that one transaction makes; some ten milliseconds.</summary>
    private const int IndexedEntries = 4096;

    private readonly SqliteDatabase _database;
    private readonly JournalLog _log;
    private readonly EmbeddedStorageOptions _options;
    private readonly StorageTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly SnapshotFold _fold = new();
    private readonly ITimer _idleTimer;
    private readonly Task _loop;
    private TaskCompletionSource _progress = NewProgress();
    private long _lastNumber;
    private long _headAtTick;
    private long _deletionsEmptied;

    private Failure? _failure;

    public JournalCheckpointer(
        SqliteDatabase database, JournalLog log, long lastNumber, EmbeddedStorageOptions options, StorageTelemetry telemetry, TimeProvider time, ILogger logger)
    {
        _database = database;
        _log = log;
        _lastNumber = lastNumber;
        _options = options;
        _telemetry = telemetry;
        _logger = logger;
        _deletionsEmptied = log.Deletions;
        _idleTimer = time.CreateTimer(_ => WakeIfIdle(), state: null, options.CheckpointIdleTime, options.CheckpointIdleTime);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>
    /// The last checkpoint's, until another succeeds or a user is deleted, which mends damage. Meanwhile it is tried again at the idle timer's pace, and not with
    /// every append.
    /// </summary>
    private Failure? Standing => Volatile.Read(ref _failure) is { } failure && failure.Deletions == _log.Deletions ? failure : null;

    private bool HasDeletedImages => _log.Deletions != _deletionsEmptied;

    /// <summary>Starts a checkpoint if the log is long enough for one.</summary>
    public void WakeIfDue()
    {
        if (_log.Tail.Entries >= _options.CheckpointEntries && Standing is null)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits until the log is below its bound.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be folded.</exception>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (_log.Tail.Entries >= _options.MaxTailEntries)
        {
            var progress = Volatile.Read(ref _progress).Task;
            if (Standing is { IsDamage: true } damaged)
            {
                throw Unfolded(damaged.Error);
            }

            if (_log.Tail.Entries >= _options.MaxTailEntries)
            {
                _wake.Writer.TryWrite(true);
                await progress.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Folds and trims everything that is in the log now.</summary>
    public async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            using var activity = _telemetry.StartCheckpoint();
            var (deletions, cut, items) = (_log.Deletions, _log.Head, new ItemPostings());
            foreach (var users in _log.Tail.Users().Chunk(_options.CheckpointSliceUsers))
            {
                await FoldAsync(users, cut, items, cancellationToken);
            }

            foreach (var part in items.InParts(IndexedEntries))
            {
                await IndexAsync(new IndexItemsOperation(_log, items, part, deletions), cancellationToken);
            }

            Volatile.Write(ref _failure, null);
            while (await TrimAsync(cut, cancellationToken))
            {
                Interlocked.Exchange(ref _progress, NewProgress()).SetResult();
            }

            if (HasDeletedImages)
            {
                var emptied = _log.Deletions;
                if (_database.TryEmptyLog())
                {
                    _deletionsEmptied = emptied;
                }
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _idleTimer.DisposeAsync();
        await _stopping.CancelAsync();
        _wake.Writer.TryComplete();
        await _loop;
        _stopping.Dispose();
        _one.Dispose();
    }

    private static TaskCompletionSource NewProgress() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void WakeIfIdle()
    {
        var head = _log.Head;
        if ((head == _headAtTick && (_log.Tail.Entries > 0 || HasDeletedImages)) || Volatile.Read(ref _failure) is not null)
        {
            _wake.Writer.TryWrite(true);
        }

        _headAtTick = head;
    }

    private async Task RunAsync()
    {
        while (await _wake.Reader.WaitToReadAsync())
        {
            _wake.Reader.TryRead(out _);
            var deletions = _log.Deletions;
            try
            {
                await CheckpointAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A failed checkpoint costs memory, not data; the next one tries again.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Volatile.Write(ref _failure, new Failure(error, deletions));
                LogFailure(_logger, error);
                var progress = Interlocked.Exchange(ref _progress, NewProgress());
                progress.SetException(Unfolded(error));
                _ = progress.Task.Exception;
            }
        }
    }

    private async Task FoldAsync(string[] users, long cut, ItemPostings items, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var deletions = _log.Deletions;
            if (Prepare(users, cut, items, out var gap) is { } folded)
            {
                var operation = new FoldOperation(_log, folded, deletions);
                _database.Writer.Enqueue(operation);
                if (await operation.Done)
                {
                    _telemetry.Folded(folded.Count);
                    return;
                }

                continue;
            }

            // A deletion is in the database a moment before the log knows of it, and the log does when the writer's next group is done.
            await _database.Writer.WriteAsync(static _ => true, bytes: 0);
            if (_log.Deletions == deletions)
            {
                throw JournalReader.Corrupt(gap);
            }
        }
    }

    /// <summary>Null when a user was deleted in the middle of it, or entries are missing; the gap is where the log goes on behind them.</summary>
    private List<FoldedUser>? Prepare(string[] users, long cut, ItemPostings items, out long gap)
    {
        gap = 0;
        var folded = new List<FoldedUser>(users.Length);
        using var reader = _database.Readers.Rent();
        foreach (var user in users)
        {
            var rows = _log.Tail.RowsOf(user);
            if (rows.Length == 0)
            {
                continue;
            }

            gap = rows[0].Position;
            if (Fold(reader.Session, user, rows, cut, items) is not { } snapshot)
            {
                return null;
            }

            folded.Add(snapshot);
        }

        return folded;
    }

    private FoldedUser? Fold(SqliteSession session, string user, TailRow[] rows, long cut, ItemPostings items)
    {
        try
        {
            return _fold.Fold(session, user, rows, cut, items, () => ++_lastNumber);
        }
        catch (InvalidDataException damage)
        {
            throw JournalReader.Corrupt(rows[0].Position, damage);
        }
    }

    private Task IndexAsync(IndexItemsOperation operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _database.Writer.Enqueue(operation);
        return operation.Done;
    }

    private async Task<bool> TrimAsync(long cut, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var operation = new TrimOperation(_log, cut, TrimRows);
        _database.Writer.Enqueue(operation);
        return await operation.Done;
    }

    private static JournalUnavailableException Unfolded(Exception error) => new("The journal's log is full and cannot be folded: " + error.Message, error);

    /// <summary>What a checkpoint failed of, and how many deletions there had been when it began.</summary>
    private sealed record Failure(Exception Error, long Deletions)
    {
        /// <summary>True when nothing but a deletion mends it.</summary>
        public bool IsDamage { get; } = Causes(Error).OfType<InvalidDataException>().Any();

        private static IEnumerable<Exception> Causes(Exception? error)
        {
            for (; error is not null; error = error.InnerException)
            {
                yield return error;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A checkpoint of the journal failed; the next one tries again.")]
    private static partial void LogFailure(ILogger logger, Exception error);
}
