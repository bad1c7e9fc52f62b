using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace RecActors.Sqlite;

/// <summary>Reading sessions, reused. Readers see the last commit and neither wait for the writer nor hold it up. Thread-safe.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    /// <summary>Sessions kept for the next reader; a burst beyond it opens and closes its own.</summary>
    private static readonly int MaxIdle = 4 * Environment.ProcessorCount;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    public Lease Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Lease(this, _idle.TryTake(out var session)
            ? session
            : SqliteSession.Open(path, SqliteOpenMode.ReadWrite, "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000;"));
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private void Return(SqliteSession session)
    {
        if (_disposed || _idle.Count >= MaxIdle)
        {
            session.Dispose();
            return;
        }

        _idle.Add(session);
    }

    internal readonly struct Lease(SqliteReaders owner, SqliteSession session) : IDisposable
    {
        public SqliteSession Session => session;

        public void Dispose() => owner.Return(session);
    }
}
