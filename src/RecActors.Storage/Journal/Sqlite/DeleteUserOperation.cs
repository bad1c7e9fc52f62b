using RecActors.Erasure;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>Removes a user's snapshots and log rows, and whoever owns the journal; notes the erasure, if it is one.</summary>
internal sealed class DeleteUserOperation(JournalLog log, string userId, ErasedUser? erased = null) : WriteOperation
{
    private const string DeleteRow = "DELETE FROM log WHERE id = ?";

    // No index: it scans the rows of the writer's current group, which no tail lists yet.
    private const string DeleteStaged = "DELETE FROM log WHERE id > ? AND user = ?";
    private const string DeleteSnapshots = "DELETE FROM snapshots WHERE id >= ? AND id < ?";
    private const string DeleteUser = "DELETE FROM users WHERE name = ? RETURNING number";

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;

    public Task Done => _done.Task;

    public override void Execute(SqliteSession session)
    {
        log.Owners.Remove(userId);
        var name = OrdinalText.GetBytes(userId);
        foreach (var row in log.Tail.RowsOf(userId))
        {
            session.Prepare(DeleteRow).Bind(1, row.Position).Run();
        }

        session.Prepare(DeleteStaged).Bind(1, log.Head).Bind(2, name).Run();
        long number;
        using (var row = session.Prepare(DeleteUser).Bind(1, name))
        {
            number = row.Step() ? row.Int64(0) : UserSnapshot.NoNumber;
        }

        if (number != UserSnapshot.NoNumber)
        {
            log.ItemIndex.Remove(session, name, number);
            session.Prepare(DeleteSnapshots).Bind(1, UserSnapshot.ChunkId(number, 0)).Bind(2, UserSnapshot.ChunkId(number + 1, 0)).Run();
        }

        if (erased is { } user)
        {
            ErasedUsers.Add(session, user.Hash.Span, user.UntilMs);
        }

        _position = log.StageDeletion(session);
    }

    public override void OnCommitted()
    {
        log.PublishDeletion(userId, _position);
        _done.SetResult();
    }

    public override void OnFailed(Exception error) =>
        _done.SetException(new JournalUnavailableException("The user may or may not be deleted: delete again.", error));
}
