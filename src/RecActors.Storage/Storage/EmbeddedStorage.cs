using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RecActors.Catalog;
using RecActors.Erasure;
using RecActors.Journal;
using RecActors.Journal.Sqlite;
using RecActors.Models;
using RecActors.Snapshots;
using RecActors.Sqlite;

namespace RecActors.Storage;

/// <summary>
/// Everything RecActors stores, over one data folder that one process owns: <c>recactors.db</c> (journals, catalog, grain
/// state), <c>bundles/</c> and <c>snapshots/</c>. Disposing it waits for writes in flight and releases the folder. Thread-safe.
/// </summary>
public sealed class EmbeddedStorage : IAsyncDisposable, IDisposable
{
    private readonly DataFolder _folder;
    private readonly StorageTelemetry _telemetry;
    private readonly SqliteJournal _journal;
    private readonly FolderStartSnapshots _snapshots;
    private bool _disposed;

    private EmbeddedStorage(
        DataFolder folder, SqliteDatabase database, SqliteJournal journal, FolderBundleStore bundles, StorageTelemetry telemetry, TimeProvider time)
    {
        _folder = folder;
        _telemetry = telemetry;
        _journal = journal;
        Database = database;
        Catalog = new SqliteCatalogStore(database);
        Bundles = bundles;
        _snapshots = new FolderStartSnapshots(new SnapshotNumbers(database), folder.SnapshotsPath);
        Erasures = new SqliteErasures(database, journal, time);
    }

    public IUserJournal Journal => _journal;

    public ICatalogStore Catalog { get; }

    public IBundleStore Bundles { get; }

    public IErasureStore Erasures { get; }

    public IStartSnapshots Snapshots => _snapshots;

    internal SqliteDatabase Database { get; }

    internal JournalCheckpointer Checkpointer => _journal.Checkpointer;

    /// <summary>Opens the folder, or creates it: checks the database, recovers what a crash left and reads the journal's log.</summary>
    /// <exception cref="DataFolderException">The folder is in use, corrupt or of a newer format.</exception>
    public static EmbeddedStorage Open(EmbeddedStorageOptions options, TimeProvider? time = null, ILogger<EmbeddedStorage>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        time ??= TimeProvider.System;
        var started = time.GetTimestamp();
        var opened = new Stack<IDisposable>();
        try
        {
            var folder = DataFolder.Hold(options.DataFolder);
            opened.Push(folder);
            var telemetry = new StorageTelemetry();
            opened.Push(telemetry);
            var database = SqliteDatabase.Open(folder.DatabasePath, options, telemetry);
            opened.Push(database);
            telemetry.Started("check", time.GetElapsedTime(started));
            var bundles = new FolderBundleStore(folder.BundlesPath);
            bundles.RemoveRemains();
            var journal = new SqliteJournal(database, options, telemetry, time, logger ?? NullLogger<EmbeddedStorage>.Instance);
            telemetry.Started("storage", time.GetElapsedTime(started));
            return new EmbeddedStorage(folder, database, journal, bundles, telemetry, time);
        }
        catch
        {
            while (opened.TryPop(out var part))
            {
                part.Dispose();
            }

            throw;
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _snapshots.Dispose();
            await _journal.StopAsync();
            await Database.DisposeAsync();
            _telemetry.Dispose();
            _folder.Dispose();
        }
    }
}
