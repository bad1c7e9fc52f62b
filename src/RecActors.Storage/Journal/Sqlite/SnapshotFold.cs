using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>A user's snapshot as a checkpoint leaves it: the new length and the chunks that changed.</summary>
internal sealed record FoldedUser(byte[] Name, long Number, long Length, IReadOnlyList<FoldedChunk> Chunks);

/// <summary>A chunk to store.</summary>
internal readonly record struct FoldedChunk(long Id, long First, long Last, byte[] Chunk);

/// <summary>
/// Folds log rows into a user's chunks: the partial chunk is taken up again, entries are copied as bytes, full chunks are
/// closed. Entries that the snapshot has already are skipped, so a fold may be repeated.
/// </summary>
internal sealed class SnapshotFold
{
    private readonly PackedWriter _body = new(4096);
    private readonly List<FoldedChunk> _chunks = [];
    private long _first;
    private long _last;
    private long _length;
    private bool _changed;

    /// <param name="session">A reading session.</param>
    /// <param name="userId">The user.</param>
    /// <param name="rows">The user's log rows, in order.</param>
    /// <param name="cut">The position up to which the checkpoint will trim the log.</param>
    /// <param name="items">Gathers the items of the rows up to there, be they in the snapshot already.</param>
    /// <param name="nextNumber">Takes a number for a new user.</param>
    /// <returns>Null when a part of the snapshot, or a row between it and the rows, is missing: the user was deleted meanwhile, or the journal is damaged.</returns>
    public FoldedUser? Fold(SqliteSession session, string userId, TailRow[] rows, long cut, ItemPostings items, Func<long> nextNumber)
    {
        var name = OrdinalText.GetBytes(userId);
        (var number, _length) = UserSnapshot.Find(session, name);
        if (number == UserSnapshot.NoNumber)
        {
            number = nextNumber();
        }

        _chunks.Clear();
        items.BeginUser(name, number);
        if (!TryResume(session, number))
        {
            return null;
        }

        foreach (var row in rows)
        {
            if (row.FirstSequence > _length + 1)
            {
                return null;
            }

            Append(number, row, row.Position <= cut ? items : null);
        }

        Close(number);
        return new FoldedUser(name, number, _length, [.. _chunks]);
    }

    private bool TryResume(SqliteSession session, long number)
    {
        _body.Clear();
        _last = 0;
        _changed = false;
        if (_length % SnapshotChunk.Capacity == 0)
        {
            return true;
        }

        if (UserSnapshot.FindChunk(session, UserSnapshot.ChunkId(number, _length / SnapshotChunk.Capacity)) is not { } partial)
        {
            return false;
        }

        _body.WriteBytes(partial.Body);
        (_first, _last) = (partial.First, partial.Last);
        return true;
    }

    private void Append(long number, in TailRow row, ItemPostings? items)
    {
        var reader = new PackedReader(row.Frame);
        AppendFrame.ReadHead(ref reader);
        var position = row.Position - row.Count;
        for (var sequence = row.FirstSequence; sequence < row.FirstSequence + row.Count; sequence++)
        {
            position++;
            var start = reader.Offset;
            var item = FeedbackEntryCodec.SkipToItem(ref reader);
            items?.Add(item);
            if (sequence <= _length)
            {
                continue;
            }

            if (_body.Length == 0)
            {
                _first = position;
                _last = 0;
            }

            _body.WriteVarint((ulong)(position - _last));
            _body.WriteBytes(reader.Slice(start));
            _last = position;
            _length++;
            _changed = true;
            if (_length % SnapshotChunk.Capacity == 0)
            {
                Close(number);
            }
        }
    }

    private void Close(long number)
    {
        if (_changed)
        {
            var id = UserSnapshot.ChunkId(number, (_length - 1) / SnapshotChunk.Capacity);
            _chunks.Add(new FoldedChunk(id, _first, _last, SnapshotChunk.Seal(_body.Written)));
            _body.Clear();
            _changed = false;
        }
    }
}
