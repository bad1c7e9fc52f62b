using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>Stores the snapshots that a slice of a checkpoint prepared, unless a user was deleted since.</summary>
internal sealed class FoldOperation(JournalLog log, IReadOnlyList<FoldedUser> users, long deletions) : WriteOperation
{
    private const string UpsertUser = """
        INSERT INTO users(number, name, length) VALUES (?, ?, ?) ON CONFLICT(number) DO UPDATE SET length = excluded.length
        """;

    private const string UpsertChunk = """
        INSERT INTO snapshots(id, first, last, entries) VALUES (?, ?, ?, ?)
        ON CONFLICT(id) DO UPDATE SET first = excluded.first, last = excluded.last, entries = excluded.entries
        """;

    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stale;

    public override int Bytes { get; } = users.Sum(user => user.Chunks.Sum(chunk => chunk.Chunk.Length));

    /// <summary>False: it was stale, and nothing was written.</summary>
    public Task<bool> Done => _done.Task;

    public override void Execute(SqliteSession session)
    {
        _stale = log.StagedDeletions != deletions;
        if (_stale)
        {
            return;
        }

        foreach (var user in users)
        {
            session.Prepare(UpsertUser).Bind(1, user.Number).Bind(2, user.Name).Bind(3, user.Length).Run();
            foreach (var chunk in user.Chunks)
            {
                session.Prepare(UpsertChunk).Bind(1, chunk.Id).Bind(2, chunk.First).Bind(3, chunk.Last).Bind(4, chunk.Chunk).Run();
            }
        }
    }

    public override void OnCommitted() => _done.SetResult(!_stale);

    public override void OnFailed(Exception error) => _done.SetException(error);
}
