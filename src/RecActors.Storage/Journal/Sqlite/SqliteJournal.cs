using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using RecActors.Erasure;
using RecActors.Feedback;
using RecActors.Packing;
using RecActors.Sqlite;
using RecActors.Storage;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// The user journals in SQLite: an append-only log with a group commit, packed snapshots per user behind it, the log's rows
/// also in memory. Owners are kept in memory alone: a process starts with a higher epoch than any before it, so nothing of
/// an earlier process can append. Thread-safe.
/// </summary>
internal sealed class SqliteJournal : IUserJournal
{
    /// <summary>Owners remembered per generation, about 150 bytes each.</summary>
    private const int MaxOwners = 1 << 20;

    /// <summary>An epoch is the process's number in the high bits and a count of openings in the low ones.</summary>
    private const int OpeningBits = 40;

    private const string RaiseEpoch = "UPDATE meta SET value = value + 1 WHERE key = 'epoch' RETURNING value";
    private const string LastNumber = "SELECT coalesce(max(number), 0) FROM users";

    [ThreadStatic]
    private static PackedWriter? _frameWriter;

    private readonly SqliteDatabase _database;
    private readonly StorageTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly int _maxTailEntries;
    private readonly JournalLog _log;
    private readonly JournalReader _reader;
    private readonly JournalRangeReader _rangeReader;
    private UserHashes _hashes;
    private ReadOnlyMemory<byte> _hashKey;
    private long _epoch;

    /// <summary>Reads the log into memory and raises the process epoch.</summary>
    /// <exception cref="DataFolderException">A log row is corrupt or of a newer format.</exception>
    public SqliteJournal(
        SqliteDatabase database, EmbeddedStorageOptions options, StorageTelemetry telemetry, TimeProvider time, ILogger logger)
    {
        _database = database;
        _telemetry = telemetry;
        _time = time;
        _maxTailEntries = options.MaxTailEntries;
        _log = new JournalLog(MaxOwners, logger);
        _reader = new JournalReader(database.Readers, _log);
        _rangeReader = new JournalRangeReader(database.Readers, options.RangeWindowEntries);
        database.Writer.Opened = _log.Reconcile;
        var (epoch, lastNumber, hashKey) = Start();
        _epoch = epoch << OpeningBits;
        _hashes = new UserHashes(hashKey);
        _hashKey = hashKey;
        Checkpointer = new JournalCheckpointer(database, _log, lastNumber, options, telemetry, time, logger);
        database.Writer.Committed = OnCommitted;
        telemetry.ObserveTail(() => _log.Tail.Entries);
    }

    internal JournalCheckpointer Checkpointer { get; }

    /// <summary>The key of the hashes of erased users. Set only while nothing else uses the journal.</summary>
    internal ReadOnlyMemory<byte> HashKey
    {
        get => _hashKey;
        set => (_hashKey, _hashes) = (value, new UserHashes(value));
    }

    public bool ReadsRangesInPlace => true;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<OpenedJournal> OpenAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        var owner = _log.Owners.FindOrAdd(userId);
        long epoch;
        Task settled;
        lock (owner.Gate)
        {
            epoch = Interlocked.Increment(ref _epoch);
            owner.Epoch = epoch;
            settled = owner.WhenSettled();
        }

        // Appends of earlier owners that are on their way end first, most of them refused; then what is read is final.
        await settled;
        var entries = Read(userId);
        if (entries.Count == 0 && RefusedUntilMs(userId) is > 0 and var refusedUntilMs)
        {
            _log.Owners.Remove(userId);
            return new OpenedJournal(0, entries, refusedUntilMs);
        }

        lock (owner.Gate)
        {
            if (owner.Epoch == epoch)
            {
                owner.Length = entries.Count;
            }
        }

        return new OpenedJournal(epoch, entries);
    }

    public ValueTask<IReadOnlyList<FeedbackEntry>> ReadAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<FeedbackEntry>>(Read(userId));
    }

    public ValueTask<JournalHead> ReadHeadAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        if (_log.Owners.Find(userId) is { } owner)
        {
            lock (owner.Gate)
            {
                if (owner.Epoch != 0)
                {
                    return ValueTask.FromResult(new JournalHead(owner.Epoch, owner.Length));
                }
            }
        }

        return ValueTask.FromResult(new JournalHead(0, Read(userId).Count));
    }

    /// <remarks>Cancellation is heeded until the append is queued; then its outcome is awaited, which takes milliseconds.</remarks>
    public ValueTask<AppendResult> AppendAsync(
        string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        ArgumentNullException.ThrowIfNull(entries);
        cancellationToken.ThrowIfCancellationRequested();
        return !_telemetry.TracesAppends && _log.Tail.Entries < _maxTailEntries
            ? Append(userId, epoch, expectedLength, entries)
            : AppendInTimeAsync(userId, epoch, expectedLength, entries, cancellationToken);
    }

    private async ValueTask<AppendResult> AppendInTimeAsync(
        string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        using var activity = _telemetry.StartAppend(entries.Count);
        if (_log.Tail.Entries >= _maxTailEntries)
        {
            await Checkpointer.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
        }

        return await Append(userId, epoch, expectedLength, entries).ConfigureAwait(false);
    }

    private ValueTask<AppendResult> Append(string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries)
    {
        var (operation, length) = Admit(userId, epoch, expectedLength, entries);
        return operation is not null ? operation.Done
            : length == expectedLength ? ValueTask.FromResult(new AppendResult(AppendStatus.Appended, length, new JournalPosition(_log.Head)))
            : ValueTask.FromResult(new AppendResult(AppendStatus.Fenced, length, default));
    }

    public async ValueTask DeleteAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        await DeleteAsync(new DeleteUserOperation(_log, userId));
    }

    public async ValueTask EraseAsync(string userId, DateTimeOffset refuseUntil, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        await DeleteAsync(new DeleteUserOperation(_log, userId, new ErasedUser(_hashes.Of(userId), refuseUntil.ToUnixTimeMilliseconds())));
    }

    public async ValueTask<bool> ReadmitAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        var (hash, nowMs) = (_hashes.Of(userId), NowMs);
        try
        {
            return await Available(() => _database.Writer.WriteAsync(session => ErasedUsers.Remove(session, hash, nowMs), bytes: 0));
        }
        catch (IOException failure)
        {
            throw new JournalUnavailableException("The user may or may not be admitted again.", failure);
        }
    }

    public ValueTask<bool> IsErasedAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(RefusedUntilMs(userId) > 0);
    }

    public async ValueTask RegisterAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        if (!await ContainsAsync(userId, cancellationToken))
        {
            var operation = new RegisterOperation(_log, userId);
            Enqueue(operation);
            await operation.Done;
        }
    }

    public ValueTask<bool> ContainsAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Available(() => _reader.Contains(userId)));
    }

    public ValueTask<IReadOnlyList<string>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<string>>(Available(() => _reader.ListUsers(after, count)));
    }

    public async ValueTask<IReadOnlyList<string>> ListUsersOfItemAsync(string itemId, string? after, int count, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(itemId);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Available(() => _reader.ListUsersOf(itemId, after, count));
        }
        catch (InvalidDataException damage)
        {
            await Available(() => _log.ItemIndex.ForgetAsync(_database.Writer, damage));
            throw new JournalUnavailableException("Who acted on the item is not known until the next start, which makes the index of that anew.", damage);
        }
    }

    public ValueTask<JournalPosition> GetHeadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new JournalPosition(_log.Head));

    public ValueTask<long> CountEntriesAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_log.Head);

    public ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Available(() => _reader.ListUsers(null, 1));
        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<JournalRecord> ReadRangeAsync(
        JournalPosition after, JournalPosition through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = Math.Min(through.Value, _log.Head);
        await foreach (var record in _rangeReader.ReadAsync(after.Value, end, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return record;
        }
    }

    /// <summary>Stops the background work. Not a disposal: the storage that owns it does that, once.</summary>
    internal ValueTask StopAsync() => Checkpointer.DisposeAsync();

    private static T Available<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is SqliteException or ObjectDisposedException)
        {
            throw Unavailable(error);
        }
    }

    private static JournalUnavailableException Unavailable(Exception error) => new("The journal cannot be read: " + error.Message, error);

    private List<FeedbackEntry> Read(string userId) => Available(() => _reader.Read(userId));

    /// <summary>Queues an append if it is to be. Without an operation it is refused, or has no entries and is done.</summary>
    private (AppendOperation? Operation, long Length) Admit(
        string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries)
    {
        var head = new FrameHead(expectedLength + 1, entries.Count);
        var frame = AppendFrame.Encode(_frameWriter ??= new PackedWriter(), head.FirstSequence, entries);
        if (_log.Owners.Find(userId) is not { } owner)
        {
            return (null, -1);
        }

        lock (owner.Gate)
        {
            if (owner.Epoch != epoch || owner.Length != expectedLength)
            {
                return (null, -1);
            }

            if (head.Count == 0)
            {
                return (null, expectedLength);
            }

            // Within the gate: the queue has a user's appends in the order of their lengths.
            var operation = new AppendOperation(_log, owner, userId, epoch, head, frame);
            Enqueue(operation);
            owner.Admit(head.Count);
            return (operation, expectedLength);
        }
    }

    private Task DeleteAsync(DeleteUserOperation operation)
    {
        Enqueue(operation);
        return operation.Done;
    }

    private long RefusedUntilMs(string userId) => Available(() =>
    {
        using var reader = _database.Readers.Rent();
        return ErasedUsers.UntilMs(reader.Session, _hashes.Of(userId), NowMs);
    });

    private void OnCommitted()
    {
        var (appends, entries) = _log.TakePublished();
        if (appends > 0)
        {
            _telemetry.Appended(appends, entries);
        }

        Checkpointer.WakeIfDue();
    }

    /// <summary>As <see cref="Available"/>, without a closure for each append.</summary>
    private void Enqueue(WriteOperation operation)
    {
        try
        {
            _database.Writer.Enqueue(operation);
        }
        catch (ObjectDisposedException closed)
        {
            throw Unavailable(closed);
        }
    }

    private (long Epoch, long LastNumber, byte[] HashKey) Start()
    {
        try
        {
            return _database.Writer.WriteAsync(
                session =>
                {
                    long epoch;
                    using (var raised = session.Prepare(RaiseEpoch))
                    {
                        raised.Step();
                        epoch = raised.Int64(0);
                    }

                    _log.ItemIndex.Ensure(session, epoch, _time);
                    var hashKey = ErasedUsers.Ensure(session);
                    using var last = session.Prepare(LastNumber);
                    last.Step();
                    return (epoch, last.Int64(0), hashKey);
                },
                bytes: 0).GetAwaiter().GetResult();
        }
        catch (IOException error) when (error.InnerException is InvalidDataException or SqliteException)
        {
            throw new DataFolderException(
                $"The journal's log cannot be read: {error.InnerException.Message} Restore the data folder from a backup, "
                + "or start the newer RecActors that wrote it; nothing was reset.",
                error);
        }
    }
}
