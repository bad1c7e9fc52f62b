using Microsoft.Extensions.Logging;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <content>Making the index of the snapshots, where there is none that can be trusted.</content>
internal sealed partial class ItemUserIndex
{
    /// <summary>Entries that are gathered before they are written where the index is made anew: some 50 MB.</summary>
    private const int EntriesAtOnce = 1 << 20;

    /// <summary>The table; and none of <c>item_users</c>, with a row for each entry, which nobody keeps.</summary>
    private const string Create = """
        DROP TABLE IF EXISTS item_users;
        DELETE FROM meta WHERE key = 'indexed';
        CREATE TABLE IF NOT EXISTS item_user_blocks(item BLOB NOT NULL, first BLOB NOT NULL, users BLOB NOT NULL, PRIMARY KEY(item, first)) WITHOUT ROWID
        """;

    private const string SelectEpoch = "SELECT value FROM meta WHERE key = 'indexed-blocks'";
    private const string UpdateEpoch = "INSERT INTO meta(key, value) VALUES ('indexed-blocks', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1";
    private const string DeleteEpoch = "DELETE FROM meta WHERE key = 'indexed-blocks'";
    private const string DeleteAll = "DELETE FROM item_user_blocks";
    private const string SelectUsersByNumber = "SELECT number, name FROM users ORDER BY number";

    private bool _isForgotten;

    /// <summary>
    /// Within the transaction that raises the process epoch: makes the index of snapshots that were written without it, by a version
    /// that does not know it. The index has the epoch of the last process that kept it, so it shows when another has run since.
    /// </summary>
    public void Ensure(SqliteSession session, long epoch, TimeProvider time)
    {
        session.Execute(Create);
        long indexed;
        using (var row = session.Prepare(SelectEpoch))
        {
            indexed = row.Step() ? row.Int64(0) : 0;
        }

        if (indexed != epoch - 1)
        {
            // One transaction, as long as it takes: one that is cut off is begun again, and nobody ever sees a part.
            LogMaking(logger);
            var started = time.GetTimestamp();
            session.Prepare(DeleteAll).Run();
            var users = MakeAnew(session);
            LogMade(logger, users, time.GetElapsedTime(started).TotalSeconds);
        }

        session.Prepare(UpdateEpoch).Bind(1, epoch).Run();
    }

    /// <summary>
    /// Has the next start make the index anew, since a part of it is damaged. Until then it serves with what it has: it is derived, and the journal, of which
    /// it is not a part, goes on.
    /// </summary>
    public void Forget(SqliteSession session, InvalidDataException damage)
    {
        session.Prepare(DeleteEpoch).Run();
        if (!_isForgotten)
        {
            _isForgotten = true;
            LogDamage(logger, damage);
        }
    }

    /// <summary>The same, for who has read it. A failure to write is not told: whoever reads it again tries again.</summary>
    public Task ForgetAsync(GroupCommitWriter writer, InvalidDataException damage) => writer.WriteAsync(
        session =>
        {
            Forget(session, damage);
            return true;
        },
        bytes: 0).ContinueWith(static written => _ = written.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private int MakeAnew(SqliteSession session)
    {
        var (postings, block, users) = (new ItemPostings(), new ItemUserBlock(), 0);
        using var rows = session.Prepare(SelectUsersByNumber);
        while (rows.Step())
        {
            var number = rows.Int64(0);
            postings.BeginUser(rows.Blob(1).ToArray(), number);
            foreach (var item in ItemsOf(session, number))
            {
                postings.Add(item);
            }

            users++;
            if (postings.Count >= EntriesAtOnce)
            {
                Enter();
                postings = new ItemPostings();
            }
        }

        Enter();
        return users;

        void Enter()
        {
            foreach (var part in postings.InParts(EntriesAtOnce))
            {
                foreach (var posting in part)
                {
                    Add(session, posting.Item, postings.NamesOf(posting, gone: null), block);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The index of feedback by item is made anew, from all journals: the start takes longer this once")]
    private static partial void LogMaking(ILogger logger);

    [LoggerMessage(LogLevel.Information, "The index of feedback by item is made, of {Users} users in {Seconds:F1} s")]
    private static partial void LogMade(ILogger logger, int users, double seconds);

    [LoggerMessage(LogLevel.Warning, "The index of feedback by item is damaged: listings of an item's users may lack some until the next start, which makes it anew. Nothing else is affected")]
    private static partial void LogDamage(ILogger logger, Exception damage);
}
