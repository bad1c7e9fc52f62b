using System.Threading.Tasks.Sources;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>Writes one append to the log, if its epoch is still the user's when its turn comes. It is its own promise, to be awaited once.</summary>
internal sealed class AppendOperation(
    JournalLog log, JournalOwner owner, string userId, long epoch, FrameHead head, byte[] frame)
    : WriteOperation, IValueTaskSource<AppendResult>
{
    public const string Insert = "INSERT INTO log(id, user, frame) VALUES (?, ?, ?)";

    /// <summary>Most ids need no array of their own to be written.</summary>
    private const int MaxNameBytes = 256;

    private ManualResetValueTaskSourceCore<AppendResult> _done;
    private long _position;
    private Exception? _failure;

    public override int Bytes => frame.Length;

    public ValueTask<AppendResult> Done => new(this, _done.Version);

    private bool Written => _position != 0;

    AppendResult IValueTaskSource<AppendResult>.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AppendResult>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<AppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    public override void Execute(SqliteSession session)
    {
        lock (owner.Gate)
        {
            if (owner.Epoch != epoch)
            {
                return;
            }
        }

        var position = log.Stage(head.Count);
        Span<byte> name = stackalloc byte[MaxNameBytes];
        ReadOnlySpan<byte> user = OrdinalText.MaxBytes(userId) <= MaxNameBytes ? name[..OrdinalText.Encode(userId, name)] : OrdinalText.GetBytes(userId);
        session.Prepare(Insert).Bind(1, position).Bind(2, user).Bind(3, frame).Run();
        _position = position;
    }

    public override void OnCommitted()
    {
        if (Written)
        {
            log.Publish(userId, new TailRow(_position, head.FirstSequence, head.Count, frame));
        }

        lock (owner.Gate)
        {
            owner.Settle();
        }
    }

    public override void OnFailed(Exception error)
    {
        // Whoever owned the journal must read it again before it appends.
        log.Owners.Remove(userId);
        lock (owner.Gate)
        {
            owner.Epoch = 0;
            owner.Settle();
        }

        _failure = new JournalUnavailableException("The append may or may not be durable: open the journal again.", error);
    }

    public override void Acknowledge()
    {
        if (_failure is not null)
        {
            _done.SetException(_failure);
            return;
        }

        _done.SetResult(Written
            ? new AppendResult(AppendStatus.Appended, head.LastSequence, new JournalPosition(_position))
            : new AppendResult(AppendStatus.Fenced, head.FirstSequence - 1, default));
    }
}
