using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RecActors.Sqlite;

/// <summary>
/// A prepared statement of one <see cref="SqliteSession"/>, over the native interface: parameters and columns are spans, so
/// that the journal's rows are neither boxed nor copied. Disposing it ends the use, not the statement. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement(sqlite3 database, sqlite3_stmt handle) : IDisposable
{
    /// <summary>Sets a parameter; the first is 1.</summary>
    public SqliteStatement Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(handle, parameter, value));

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(handle, parameter, value));

    public SqliteStatement BindNull(int parameter) => Check(raw.sqlite3_bind_null(handle, parameter));

    /// <summary>Advances to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return false;
    }

    /// <summary>Runs to the end, ready for the next use.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Reads a column of the current row; the first is 0.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>A column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>Ends the use: an unfinished read would hold its snapshot of the database open. Its error was reported by the step.</summary>
    public void Dispose() => raw.sqlite3_reset(handle);

    public void Close() => handle.Dispose();

    private SqliteStatement Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return this;
    }
}
