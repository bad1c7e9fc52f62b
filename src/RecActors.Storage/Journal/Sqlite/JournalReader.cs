using System.Globalization;
using RecActors.Feedback;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>Reads what is committed of users: snapshots from the database, the tail from memory. Thread-safe.</summary>
internal sealed class JournalReader(SqliteReaders readers, JournalLog log)
{
    /// <summary>How often a read starts over because of deletions before a gap counts as damage.</summary>
    private const int MaxAttempts = 1000;

    /// <summary>All entries of a user; sees every append that was acknowledged before the call.</summary>
    public List<FeedbackEntry> Read(string userId)
    {
        var (name, rows) = (OrdinalText.GetBytes(userId), Array.Empty<TailRow>());
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // The tail before the snapshot: a row leaves the tail only after its entries are in the snapshot, so nothing is
            // missed; what is in both is recognised by its sequence. A deletion in between shows by the count or as a gap.
            var deletions = log.Deletions;
            rows = log.Tail.RowsOf(userId);
            var entries = new List<FeedbackEntry>();
            using (var reader = readers.Rent())
            {
                UserSnapshot.Read(reader.Session, name, entries);
            }

            if (TryAppend(entries, rows) && log.Deletions == deletions)
            {
                return entries;
            }
        }

        throw Corrupt(rows.Length > 0 ? rows[0].Position : 0);
    }

    /// <summary>What is told of a damaged snapshot, or of a gap that no deletion explains.</summary>
    /// <param name="position">The user's first row in the log, by which whoever mends it finds the user; a log line names nobody.</param>
    /// <param name="damage">What is wrong with the snapshot; null where entries are missing.</param>
    public static InvalidDataException Corrupt(long position, InvalidDataException? damage = null) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"A user's journal is corrupt, that of whom row {position} of the log is: {damage?.Message ?? "entries between its snapshot and its log are missing."}"),
        damage);

    public bool Contains(string userId)
    {
        if (log.Tail.Contains(userId))
        {
            return true;
        }

        using var reader = readers.Rent();
        return UserSnapshot.Find(reader.Session, OrdinalText.GetBytes(userId)).Number != UserSnapshot.NoNumber;
    }

    /// <summary>Users in ordinal order, after the given one.</summary>
    public List<string> ListUsers(string? after, int count)
    {
        var fromTail = log.Tail.UsersAfter(after, count);
        List<string> folded;
        using (var reader = readers.Rent())
        {
            // One more: the first is the given one itself, if it is still there.
            folded = UserSnapshot.NamesFrom(reader.Session, after ?? "", count + 1);
        }

        return [.. folded.Where(user => user != after).Union(fromTail).Order(StringComparer.Ordinal).Take(count)];
    }

    /// <summary>Users with entries on an item, in ordinal order, after the given one.</summary>
    public List<string> ListUsersOf(string itemId, string? after, int count)
    {
        var item = OrdinalText.GetBytes(itemId);

        // The tail first: its rows leave it only after the index has them.
        var fromTail = log.Tail.UsersOf(item);
        List<string> folded;
        using (var reader = readers.Rent())
        {
            folded = ItemUserIndex.UsersFrom(reader.Session, item, after ?? "", count + 1);
        }

        return [.. folded.Union(fromTail).Where(user => after is null || string.CompareOrdinal(user, after) > 0)
            .Order(StringComparer.Ordinal).Take(count)];
    }

    /// <summary>Appends what the snapshot does not have; false when there is a gap.</summary>
    private static bool TryAppend(List<FeedbackEntry> entries, TailRow[] rows)
    {
        foreach (var row in rows)
        {
            var next = entries.Count + 1;
            if (row.FirstSequence > next)
            {
                return false;
            }

            var reader = new PackedReader(row.Frame);
            AppendFrame.ReadHead(ref reader);
            for (var sequence = row.FirstSequence; sequence < row.FirstSequence + row.Count; sequence++)
            {
                if (sequence < next)
                {
                    FeedbackEntryCodec.Skip(ref reader);
                }
                else
                {
                    entries.Add(FeedbackEntryCodec.Read(ref reader));
                }
            }
        }

        return true;
    }
}
