using RecActors.Feedback;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.Journal.Sqlite;

/// <summary>
/// The folded part of a user's journal: a row in <c>users</c> and, side by side in <c>snapshots</c>, its chunks. A chunk's
/// key is the user's number and the chunk's index.
/// </summary>
internal static class UserSnapshot
{
    /// <summary>Numbers of users start at 1.</summary>
    public const long NoNumber = 0;

    private const int ChunkBits = 24;

    private const string SelectChunks = """
        SELECT entries FROM snapshots WHERE id >= (SELECT number FROM users WHERE name = ?1) << 24
        AND id < ((SELECT number FROM users WHERE name = ?1) + 1) << 24 ORDER BY id
        """;

    private const string SelectUser = "SELECT number, length FROM users WHERE name = ?";
    private const string SelectChunk = "SELECT first, last, entries FROM snapshots WHERE id = ?";
    private const string SelectNames = "SELECT name FROM users WHERE name >= ? ORDER BY name LIMIT ?";

    public static long ChunkId(long number, long chunk) => (number << ChunkBits) | chunk;

    public static long NumberOf(long chunkId) => chunkId >> ChunkBits;

    /// <summary>The number (from 0) of a chunk's first entry in its user's journal.</summary>
    public static long FirstIndexOf(long chunkId) => (chunkId & ((1L << ChunkBits) - 1)) * SnapshotChunk.Capacity;

    /// <summary>Appends a user's folded entries to a list.</summary>
    public static void Read(SqliteSession session, ReadOnlySpan<byte> name, List<FeedbackEntry> entries)
    {
        using var rows = session.Prepare(SelectChunks).Bind(1, name);
        while (rows.Step())
        {
            var reader = new PackedReader(SnapshotChunk.Open(rows.Blob(0)));
            while (!reader.AtEnd)
            {
                reader.ReadVarint();
                entries.Add(FeedbackEntryCodec.Read(ref reader));
            }
        }
    }

    /// <summary>The user's number and folded length; <see cref="NoNumber"/> and 0 for a user that no checkpoint has met.</summary>
    public static (long Number, long Length) Find(SqliteSession session, ReadOnlySpan<byte> name)
    {
        using var row = session.Prepare(SelectUser).Bind(1, name);
        return row.Step() ? (row.Int64(0), row.Int64(1)) : (NoNumber, 0);
    }

    /// <summary>A stored chunk; null when it is not there.</summary>
    public static ChunkContent? FindChunk(SqliteSession session, long chunkId)
    {
        using var row = session.Prepare(SelectChunk).Bind(1, chunkId);
        return row.Step()
            ? new ChunkContent(row.Int64(0), row.Int64(1), SnapshotChunk.Open(row.Blob(2)).ToArray())
            : null;
    }

    /// <summary>Up to <paramref name="count"/> names of users, in order, from the given one on.</summary>
    public static List<string> NamesFrom(SqliteSession session, string from, int count)
    {
        var names = new List<string>();
        using var rows = session.Prepare(SelectNames).Bind(1, OrdinalText.GetBytes(from)).Bind(2, count);
        while (rows.Step())
        {
            names.Add(OrdinalText.GetString(rows.Blob(0)));
        }

        return names;
    }
}

/// <summary>A chunk's body, and the positions of its first and last entry.</summary>
internal readonly record struct ChunkContent(long First, long Last, byte[] Body);
