using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RecActors.Packing;
using RecActors.Sqlite;
using RecActors.Threads;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// Reads entries of all users in the order of positions. Snapshots lie in the order of users, so it gathers a window of
/// positions at a time, sorts it and hands it on. A window is a part of what is asked for, and at least so many positions: the snapshots
/// are scanned a few times whatever there is, and memory is bounded by some ten bytes a position that is asked for. Each window is one
/// consistent view of the database.
/// </summary>
/// <param name="readers">Sessions to read by.</param>
/// <param name="window">Positions in a window, at least.</param>
/// <param name="blockBytes">Bytes of entries that are held in one piece. A window may have more than an array can.</param>
internal sealed class JournalRangeReader(SqliteReaders readers, int window, int blockBytes = 16 << 20)
{
    /// <summary>Scans of the snapshots, each of which reads all of them: the time of a read grows with what there is and not with its square.</summary>
    private const int MaxScans = 8;

    private const string SelectChunks = """
        SELECT s.id, s.first, s.entries, u.name FROM snapshots s JOIN users u ON u.number = s.id >> 24
        WHERE s.last > ? AND s.first <= ? ORDER BY s.id
        """;

    private const string SelectRows = "SELECT id, user, frame FROM log WHERE id > ? ORDER BY id";

    public async IAsyncEnumerable<JournalRecord> ReadAsync(
        long after, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var positions = Math.Max(window, (through - after + MaxScans - 1) / MaxScans);
        for (var start = after; start < through; start += positions)
        {
            var end = Math.Min(through, start + positions);
            var gathered = BackgroundThread.IsCurrent
                ? GatherGivingWay(start, end, cancellationToken)
                : await Task.Run(() => Gather(start, end, cancellationToken), cancellationToken);
            gathered.Sort();
            for (var i = 0; i < gathered.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return gathered.RecordAt(i);
            }
        }
    }

    /// <summary>While it is open, the read transaction keeps the write-ahead log from being begun anew: that must not wait for idle time.</summary>
    private Window GatherGivingWay(long after, long through, CancellationToken cancellationToken) =>
        BackgroundThread.RunSteadily("RecActors journal", () => Gather(after, through, cancellationToken), cancellationToken);

    private Window Gather(long after, long through, CancellationToken cancellationToken)
    {
        var gathered = new Window(after, through, blockBytes);
        using var reader = readers.Rent();
        var session = reader.Session;
        session.Prepare("BEGIN").Run();
        try
        {
            GatherSnapshots(session, gathered, cancellationToken);
            GatherLog(session, gathered);
        }
        finally
        {
            session.Prepare("ROLLBACK").Run();
        }

        return gathered;
    }

    private static void GatherSnapshots(SqliteSession session, Window gathered, CancellationToken cancellationToken)
    {
        using var rows = session.Prepare(SelectChunks).Bind(1, gathered.After).Bind(2, gathered.Through);
        var number = UserSnapshot.NoNumber;
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            BackgroundThread.GiveWay();
            var id = rows.Int64(0);
            if (UserSnapshot.NumberOf(id) != number)
            {
                number = UserSnapshot.NumberOf(id);
                gathered.BeginUser(OrdinalText.GetString(rows.Blob(3)));
            }

            var reader = new PackedReader(SnapshotChunk.Open(rows.Blob(2)));
            var position = 0L;
            for (var sequence = UserSnapshot.FirstIndexOf(id) + 1; !reader.AtEnd; sequence++)
            {
                position += (long)reader.ReadVarint();
                var start = reader.Offset;
                FeedbackEntryCodec.Skip(ref reader);
                gathered.Add(position, sequence, reader.Slice(start));
            }
        }
    }

    private static void GatherLog(SqliteSession session, Window gathered)
    {
        using var rows = session.Prepare(SelectRows).Bind(1, gathered.After);
        while (rows.Step())
        {
            BackgroundThread.GiveWay();
            var reader = new PackedReader(rows.Blob(2));
            var head = AppendFrame.ReadHead(ref reader);
            var position = rows.Int64(0) - head.Count;
            if (position >= gathered.Through)
            {
                return;
            }

            gathered.BeginUser(OrdinalText.GetString(rows.Blob(1)));
            for (var sequence = head.FirstSequence; sequence <= head.LastSequence; sequence++)
            {
                var start = reader.Offset;
                FeedbackEntryCodec.Skip(ref reader);
                gathered.Add(++position, sequence, reader.Slice(start));
            }
        }
    }

    /// <summary>The entries of a window as bytes; decoded one by one as they are handed on.</summary>
    private sealed class Window(long after, long through, int blockBytes)
    {
        private readonly List<PackedWriter> _blocks = [new()];
        private readonly List<string> _users = [];
        private readonly List<Gathered> _entries = [];

        public long After => after;

        public long Through => through;

        public int Count => _entries.Count;

        public void BeginUser(string userId) => _users.Add(userId);

        public void Add(long position, long sequence, ReadOnlySpan<byte> entry)
        {
            if (position <= after || position > through)
            {
                return;
            }

            var block = _blocks[^1];
            if (block.Length > 0 && block.Length + entry.Length > blockBytes)
            {
                _blocks.Add(block = new PackedWriter(blockBytes));
            }

            _entries.Add(new Gathered(position, sequence, _users.Count - 1, _blocks.Count - 1, block.Length, entry.Length));
            block.WriteBytes(entry);
        }

        /// <summary>By position; an entry that a checkpoint has folded but not yet trimmed was gathered twice.</summary>
        public void Sort()
        {
            CollectionsMarshal.AsSpan(_entries).Sort(static (left, right) => left.Position.CompareTo(right.Position));
            var kept = 0;
            for (var i = 0; i < _entries.Count; i++)
            {
                if (kept == 0 || _entries[i].Position != _entries[kept - 1].Position)
                {
                    _entries[kept++] = _entries[i];
                }
            }

            _entries.RemoveRange(kept, _entries.Count - kept);
        }

        public JournalRecord RecordAt(int index)
        {
            var entry = _entries[index];
            var reader = new PackedReader(_blocks[entry.Block].Written.Slice(entry.Start, entry.Length));
            return new JournalRecord(
                new JournalPosition(entry.Position), _users[entry.User], entry.Sequence, FeedbackEntryCodec.Read(ref reader));
        }

        private readonly record struct Gathered(long Position, long Sequence, int User, int Block, int Start, int Length);
    }
}
