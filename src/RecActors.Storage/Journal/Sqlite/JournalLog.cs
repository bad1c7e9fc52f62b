using Microsoft.Extensions.Logging;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// What the journal knows of its log: the tail, the head and the owners. Everything staged belongs to the writer's thread;
/// what is committed is published for readers.
/// </summary>
internal sealed class JournalLog(int maxOwners, ILogger logger)
{
    private const string SelectHead = "SELECT max((SELECT value FROM meta WHERE key = 'head'), (SELECT coalesce(max(id), 0) FROM log))";
    private const string SelectRows = "SELECT id, user, frame FROM log ORDER BY id";
    private const string UpdateHead = "UPDATE meta SET value = ? WHERE key = 'head'";

    private JournalTail _tail = new();
    private long _stagedHead;
    private long _head;
    private long _deletions;
    private (int Appends, int Entries) _published;
    private bool _loaded;

    /// <summary>Replaced as a whole when memory is brought in line with the database: nobody sees a part of it.</summary>
    public JournalTail Tail => Volatile.Read(ref _tail);

    public JournalOwners Owners { get; } = new(maxOwners);

    public ItemUserIndex ItemIndex { get; } = new(logger);

    /// <summary>The position of the last durable entry.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Deletions of users that are visible: a reader that sees it change reads again.</summary>
    public long Deletions => Volatile.Read(ref _deletions);

    /// <summary>The same with those that the writer's current group makes: a fold prepared at another number is stale.</summary>
    public long StagedDeletions { get; private set; }

    /// <summary>Brings memory in line with the database; called with every new session of the writer.</summary>
    public void Reconcile(SqliteSession session)
    {
        long head;
        using (var row = session.Prepare(SelectHead))
        {
            row.Step();
            head = row.Int64(0);
        }

        // After a failed group the database holds what memory holds, unless the group became durable after all.
        if (!_loaded || head != Head)
        {
            Load(session, head);
        }

        _stagedHead = head;
        StagedDeletions = Deletions;
    }

    /// <summary>Takes positions for an append; returns that of its last entry.</summary>
    public long Stage(int positions) => _stagedHead += positions;

    /// <summary>A deletion takes a position, so that a head tells whether the deletion is in the database.</summary>
    public long StageDeletion(SqliteSession session)
    {
        StagedDeletions++;
        var position = Stage(positions: 1);
        StageHead(session);
        return position;
    }

    /// <summary>Keeps the head when the log's last rows go: a position is never used twice.</summary>
    public void StageHead(SqliteSession session) => session.Prepare(UpdateHead).Bind(1, _stagedHead).Run();

    public void Publish(string userId, in TailRow row)
    {
        Tail.Add(userId, row);
        Volatile.Write(ref _head, row.Position);
        if (row.Count > 0)
        {
            _published = (_published.Appends + 1, _published.Entries + row.Count);
        }
    }

    /// <summary>How many appends, and entries in them, were published since the last question; the writer's.</summary>
    public (int Appends, int Entries) TakePublished()
    {
        var published = _published;
        _published = default;
        return published;
    }

    public void PublishDeletion(string userId, long position)
    {
        Volatile.Write(ref _head, position);
        Tail.Remove(userId);
        Owners.Remove(userId);
        Volatile.Write(ref _deletions, _deletions + 1);
    }

    private void Load(SqliteSession session, long head)
    {
        var tail = new JournalTail();
        using var rows = session.Prepare(SelectRows);
        while (rows.Step())
        {
            var frame = rows.Blob(2).ToArray();
            var reader = new PackedReader(frame);
            var (first, count) = AppendFrame.ReadHead(ref reader);
            tail.Add(OrdinalText.GetString(rows.Blob(1)), new TailRow(rows.Int64(0), first, count, frame));
        }

        Volatile.Write(ref _tail, tail);
        Volatile.Write(ref _head, head);
        Volatile.Write(ref _deletions, _deletions + 1);

        // Last: who opened a journal while it was loaded may have read less than is durable, and must not append to that.
        Owners.Clear();
        _loaded = true;
    }
}
