using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RecActors.Sqlite;

namespace RecActors.Snapshots;

/// <summary>The random numbers by which the database names the files that are of it. Thread-safe.</summary>
internal sealed class SnapshotNumbers(SqliteDatabase database)
{
    private const string Select = "SELECT value FROM meta WHERE key = 'snapshot-' || CAST(? AS TEXT)";
    private const string Upsert = "INSERT INTO meta(key, value) VALUES ('snapshot-' || CAST(?1 AS TEXT), ?2) ON CONFLICT(key) DO UPDATE SET value = ?2";

    private const string SelectEpoch = "SELECT value FROM meta WHERE key = 'epoch'";

    /// <summary>One that nobody has.</summary>
    public static long New() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>The number of a kind, or null where there is none.</summary>
    public long? Of(string name)
    {
        using var reader = database.Readers.Rent();
        using var row = reader.Session.Prepare(Select).Bind(1, Encoding.ASCII.GetBytes(name));
        return row.Step() ? row.Int64(0) : null;
    }

    /// <summary>The number of this process among those that had the database.</summary>
    public long Epoch()
    {
        using var reader = database.Readers.Rent();
        using var row = reader.Session.Prepare(SelectEpoch);
        return row.Step() ? row.Int64(0) : throw new InvalidDataException("The database has no epoch.");
    }

    /// <summary>Gives a kind another number; durable when it returns.</summary>
    public Task SetAsync(string name, long number) => database.Writer.WriteAsync(
        session =>
        {
            session.Prepare(Upsert).Bind(1, Encoding.ASCII.GetBytes(name)).Bind(2, number).Run();
            return true;
        },
        bytes: 0);
}
