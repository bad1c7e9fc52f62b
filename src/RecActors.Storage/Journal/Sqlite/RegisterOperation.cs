using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>Writes a frame without entries: it names the user and takes a position of its own.</summary>
internal sealed class RegisterOperation(JournalLog log, string userId) : WriteOperation
{
    private static readonly byte[] EmptyFrame = AppendFrame.Encode(new PackedWriter(), firstSequence: 0, entries: []);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;

    public Task Done => _done.Task;

    public override void Execute(SqliteSession session)
    {
        _position = log.Stage(positions: 1);
        session.Prepare(AppendOperation.Insert)
            .Bind(1, _position).Bind(2, OrdinalText.GetBytes(userId)).Bind(3, EmptyFrame).Run();
    }

    public override void OnCommitted()
    {
        log.Publish(userId, new TailRow(_position, FirstSequence: 0, Count: 0, EmptyFrame));
        _done.SetResult();
    }

    public override void OnFailed(Exception error) =>
        _done.SetException(new JournalUnavailableException("The user may or may not be registered.", error));
}
