using System.Runtime.InteropServices;
using RecActors.Packing;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// Entries of the lowest positions in a range, as bytes, about so many as the window's size; decoded one by one as they are handed on.
/// When too many have come, it lets go of the highest and ends earlier. Journals are added by any thread.
/// </summary>
internal sealed class RangeWindow(long after, long through, int size)
{
    private readonly Lock _lock = new();
    private readonly List<Gathered> _entries = [];

    public long After => after;

    /// <summary>The position up to which it has everything. It shrinks while journals are added.</summary>
    public long Through { get; private set; } = through;

    /// <summary>Adds what a journal has in the range.</summary>
    /// <param name="userId">Whose it is.</param>
    /// <param name="elements">Without the header.</param>
    public void Add(string userId, ReadOnlySpan<RedisValue> elements)
    {
        lock (_lock)
        {
            var sequence = 0L;
            foreach (var element in elements)
            {
                var position = JournalList.PositionOf(element);
                if (position > Through)
                {
                    break;
                }

                sequence = AddAppend(userId, position, sequence, JournalList.AppendOf(element));
            }

            if (_entries.Count >= 2L * size)
            {
                Shrink();
            }
        }
    }

    /// <summary>The entries by position, those of one position (of two partitions) by user.</summary>
    public IEnumerable<JournalRecord> Sorted()
    {
        Sort();
        for (var i = 0; i < _entries.Count; i++)
        {
            // A user who acted during the read was read twice.
            if (_entries[i].Position <= Through && (i == 0 || !_entries[i].IsSameAs(_entries[i - 1])))
            {
                var (position, userId, sequence, entry) = _entries[i];
                yield return Decode(position, userId, sequence, entry);
            }
        }
    }

    private static JournalRecord Decode(long position, string userId, long sequence, byte[] entry)
    {
        var reader = new PackedReader(entry);
        return new JournalRecord(new JournalPosition(position), userId, sequence, FeedbackEntryCodec.Read(ref reader));
    }

    /// <summary>Returns the number of the append's last entry in the user's journal.</summary>
    private long AddAppend(string userId, long position, long sequence, ReadOnlySpan<byte> append)
    {
        var reader = new PackedReader(append);
        for (var left = reader.ReadCount(); left > 0; left--, position++)
        {
            sequence++;
            var start = reader.Offset;
            FeedbackEntryCodec.Skip(ref reader);
            if (position > after && position <= Through)
            {
                _entries.Add(new Gathered(position, userId, sequence, reader.Slice(start).ToArray()));
            }
        }

        return sequence;
    }

    private void Shrink()
    {
        Sort();
        Through = _entries[size - 1].Position;
        var kept = _entries.FindIndex(size, entry => entry.Position > Through);
        if (kept >= 0)
        {
            _entries.RemoveRange(kept, _entries.Count - kept);
        }
    }

    private void Sort() => CollectionsMarshal.AsSpan(_entries).Sort(static (left, right) =>
        left.Position != right.Position ? left.Position.CompareTo(right.Position) : string.CompareOrdinal(left.UserId, right.UserId));

    private readonly record struct Gathered(long Position, string UserId, long Sequence, byte[] Entry)
    {
        public bool IsSameAs(Gathered other) => Position == other.Position && UserId == other.UserId;
    }
}
