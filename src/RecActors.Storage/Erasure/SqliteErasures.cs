using RecActors.Journal.Sqlite;
using RecActors.Sqlite;

namespace RecActors.Erasure;

/// <summary>
/// Erased users in SQLite, and the job that leaves no byte of them. Deleted rows are overwritten as they are deleted; what is left are
/// images of them in the write-ahead log, and copies in pages that rows were moved out of. Thread-safe.
/// </summary>
internal sealed class SqliteErasures(SqliteDatabase database, SqliteJournal journal, TimeProvider time, Func<string, long>? freeBytesAt = null) : IErasureStore
{
    /// <summary>Between attempts to empty the log, each of which keeps writers out for a moment.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a refit takes to read millions of actions.</summary>
    private static readonly TimeSpan LogPatience = TimeSpan.FromMinutes(8);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = database.Readers.Rent();
        return ValueTask.FromResult(ErasedUsers.Count(reader.Session, NowMs));
    }

    public ValueTask<ErasureRecords> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = database.Readers.Rent();
        return ValueTask.FromResult(new ErasureRecords(journal.HashKey, ErasedUsers.List(reader.Session, NowMs)));
    }

    public async ValueTask WriteAsync(ErasureRecords records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        await database.Writer.WriteAsync(
            session =>
            {
                ErasedUsers.SetKey(session, records.Key.Span);
                foreach (var user in records.Users)
                {
                    ErasedUsers.Add(session, user.Hash.Span, user.UntilMs);
                }

                return true;
            },
            bytes: 0);
        journal.HashKey = records.Key;
    }

    public async Task CompactAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        progress.Report("Folding the log");
        await database.Writer.WriteAsync(session => ErasedUsers.RemoveThrough(session, NowMs), bytes: 0);
        await journal.Checkpointer.CheckpointAsync(cancellationToken);
        progress.Report("Rewriting the database");
        RewriteSpace.Require(database.Path, freeBytesAt ?? RewriteSpace.FreeBytesAt);
        await database.VacuumAsync();
        progress.Report("Emptying the write-ahead log");
        await EmptyLogAsync(cancellationToken);
    }

    private async Task EmptyLogAsync(CancellationToken cancellationToken)
    {
        var (pause, began) = (ShortestPause, time.GetTimestamp());

        // A reader that began before the log's last page holds it up, for as long as it reads.
        while (!database.TryEmptyLog())
        {
            if (time.GetElapsedTime(began) > LogPatience)
            {
                throw new IOException("The write-ahead log could not be emptied: something reads the database all the time. Compact again.");
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }
    }
}
