using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Removes the oldest log rows up to a position, whose entries are in snapshots, from the database and then from the tail;
/// no more than <paramref name="maxRows"/>, because appends wait for it.
/// </summary>
internal sealed class TrimOperation(JournalLog log, long limit, int maxRows) : WriteOperation
{
    private const string Delete = "DELETE FROM log WHERE id <= ?";

    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _through;

    /// <summary>False: nothing was left to trim.</summary>
    public Task<bool> Done => _done.Task;

    public override void Execute(SqliteSession session)
    {
        _through = log.Tail.BoundaryAfter(maxRows, limit);
        if (_through > 0)
        {
            session.Prepare(Delete).Bind(1, _through).Run();
            log.StageHead(session);
        }
    }

    public override void OnCommitted()
    {
        log.Tail.TrimThrough(_through);
        _done.SetResult(_through > 0);
    }

    public override void OnFailed(Exception error) => _done.SetException(error);
}
