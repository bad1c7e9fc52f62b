using System.Globalization;
using RecActors.Storage;
using RecActors.Threads;

namespace RecActors.Snapshots;

/// <summary>
/// Snapshots as files of the data folder. Each has a random number in its name, and the database names the number that holds: a file that was being
/// written when the process died is not named, and one that was written after the database's backup is not, either. Thread-safe.
/// </summary>
internal sealed class FolderStartSnapshots(SnapshotNumbers numbers, string folder) : IStartSnapshots, IDisposable
{
    private const string Catalog = "catalog", Statistics = "statistics";

    private readonly FolderReducedActionLog _reducedActions = new(numbers, folder);

    public bool AreKept => true;

    public IReducedActionLog ReducedActions => _reducedActions;

    public void Dispose() => _reducedActions.Dispose();

    public ValueTask<CatalogSnapshot?> ReadCatalogAsync(CancellationToken cancellationToken) =>
        ReadAsync(Catalog, CatalogSnapshotCodec.Read, cancellationToken);

    public ValueTask WriteCatalogAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken) =>
        WriteAsync(Catalog, stream => CatalogSnapshotCodec.Write(stream, snapshot), cancellationToken);

    public ValueTask<ItemStatisticsSnapshot?> ReadStatisticsAsync(CancellationToken cancellationToken) =>
        ReadAsync(Statistics, StatisticsSnapshotCodec.Read, cancellationToken);

    public ValueTask WriteStatisticsAsync(ItemStatisticsSnapshot snapshot, CancellationToken cancellationToken) =>
        WriteAsync(Statistics, stream => StatisticsSnapshotCodec.Write(stream, snapshot), cancellationToken);

    private async ValueTask<T?> ReadAsync<T>(string name, SnapshotReader<T> read, CancellationToken cancellationToken)
        where T : class => BackgroundThread.IsCurrent ? Read(name, read) : await Task.Run(() => Read(name, read), cancellationToken);

    private T? Read<T>(string name, SnapshotReader<T> read)
        where T : class
    {
        if (numbers.Of(name) is not { } number)
        {
            return null;
        }

        try
        {
            return SnapshotFile.Read(PathOf(name, number), number, read);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The snapshot '{PathOf(name, number)}' cannot be used: {failure.Message.TrimEnd('.')}.", failure);
        }
    }

    private async ValueTask WriteAsync(string name, Action<Stream> write, CancellationToken cancellationToken)
    {
        var number = SnapshotNumbers.New();
        await BackgroundThread.RunAsync("RecActors snapshot", () => WriteFile(PathOf(name, number), number, write, cancellationToken), cancellationToken);

        // From here on it holds. Not on that thread: the database's writer answers on the pool.
        await numbers.SetAsync(name, number);
        RemoveOthers(name, number);
    }

    private bool WriteFile(string path, long number, Action<Stream> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        try
        {
            SnapshotFile.Write(path, number, write);
        }
        catch
        {
            // Of a full disk it is the first thing to give back.
            File.Delete(path);
            throw;
        }

        DurableFiles.SyncFolder(folder);
        return true;
    }

    /// <summary>Those before it, and what crashes left.</summary>
    private void RemoveOthers(string name, long number)
    {
        foreach (var path in Directory.EnumerateFiles(folder, name + "-*").Where(path => path != PathOf(name, number)))
        {
            File.Delete(path);
        }
    }

    private string PathOf(string name, long number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:x16}"));
}
