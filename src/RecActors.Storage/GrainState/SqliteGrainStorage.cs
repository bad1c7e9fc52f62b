using System.Globalization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using RecActors.Packing;
using RecActors.Sqlite;

namespace RecActors.GrainState;

/// <summary>
/// Orleans grain storage in the embedded database: one row per (provider, grain, state name). The ETag is a number that
/// never comes back, also not after a clear, so a stale activation cannot match a later record. Writes join the group
/// commit of the journals.
/// </summary>
internal sealed class SqliteGrainStorage(
    string name, SqliteDatabase database, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    /// <summary>Separates the parts of a key; a control character, so no name contains it.</summary>
    private const char Separator = '\u001f';

    private const string Select = "SELECT etag, state FROM grain_state WHERE key = ?";

    private const string NextEtag = "UPDATE meta SET value = value + 1 WHERE key = 'etag' RETURNING value";

    private const string Upsert = """
        INSERT INTO grain_state(key, etag, state) VALUES (?, ?, ?)
        ON CONFLICT(key) DO UPDATE SET etag = excluded.etag, state = excluded.state
        """;

    private const string Delete = "DELETE FROM grain_state WHERE key = ?";

    /// <summary>No record.</summary>
    private const long None = 0;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        using var reader = database.Readers.Rent();
        using var row = reader.Session.Prepare(Select).Bind(1, KeyOf(stateName, grainId));
        if (row.Step())
        {
            grainState.State = serializer.Deserialize<T>(new BinaryData(row.Blob(1).ToArray()));
            grainState.ETag = row.Int64(0).ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            Reset(grainState);
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var state = serializer.Serialize(grainState.State).ToMemory();
        var expected = EtagOf(grainState.ETag);
        var outcome = await database.Writer.WriteAsync(
            session =>
            {
                var current = CurrentEtag(session, key);
                if (current != expected)
                {
                    return new Outcome(Written: false, current);
                }

                long etag;
                using (var next = session.Prepare(NextEtag))
                {
                    next.Step();
                    etag = next.Int64(0);
                }

                session.Prepare(Upsert).Bind(1, key).Bind(2, etag).Bind(3, state.Span).Run();
                return new Outcome(Written: true, etag);
            },
            key.Length + state.Length);
        ThrowUnlessWritten(outcome, "write", stateName, grainId, grainState.ETag);
        grainState.ETag = outcome.Etag.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var expected = EtagOf(grainState.ETag);
        var outcome = await database.Writer.WriteAsync(
            session =>
            {
                var current = CurrentEtag(session, key);
                if (current == expected && current != None)
                {
                    session.Prepare(Delete).Bind(1, key).Run();
                }

                return new Outcome(current == expected, current);
            },
            key.Length);
        ThrowUnlessWritten(outcome, "clear", stateName, grainId, grainState.ETag);
        Reset(grainState);
    }

    private static long CurrentEtag(SqliteSession session, byte[] key)
    {
        using var row = session.Prepare(Select).Bind(1, key);
        return row.Step() ? row.Int64(0) : None;
    }

    /// <summary>An ETag that is no number of ours matches nothing.</summary>
    private static long EtagOf(string? etag) => string.IsNullOrEmpty(etag)
        ? None
        : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private byte[] KeyOf(string stateName, GrainId grainId) =>
        OrdinalText.GetBytes($"{name}{Separator}{stateName}{Separator}{grainId}");

    private void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private void ThrowUnlessWritten(Outcome outcome, string action, string stateName, GrainId grainId, string? etag)
    {
        if (!outcome.Written)
        {
            throw new InconsistentStateException(
                $"Cannot {action} state '{stateName}' of grain {grainId} in '{name}': another activation has written it.",
                outcome.Etag == None ? "none" : outcome.Etag.ToString(CultureInfo.InvariantCulture),
                etag ?? "none");
        }
    }

    private readonly record struct Outcome(bool Written, long Etag);
}
