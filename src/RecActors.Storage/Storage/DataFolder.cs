namespace RecActors.Storage;

/// <summary>A data folder held by this process: nobody else may open it until it is disposed.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        FullPath = path;
        _lock = held;
    }

    public string FullPath { get; }

    public string DatabasePath => Path.Combine(FullPath, "recactors.db");

    public string BundlesPath => Path.Combine(FullPath, "bundles");

    public string SnapshotsPath => Path.Combine(FullPath, "snapshots");

    /// <exception cref="DataFolderException">Another process holds the folder, or it cannot be used.</exception>
    public static DataFolder Hold(string folder)
    {
        var path = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException(
                $"The data folder '{path}' cannot be created: {error.Message} Choose another folder or make its parent writable.", error);
        }

        try
        {
            // The system drops the lock with the process, however that ends; the file itself says nothing and stays.
            var held = new FileStream(Path.Combine(path, "recactors.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(path, held);
        }
        catch (IOException error)
        {
            throw new DataFolderException(
                $"The data folder '{path}' is in use by another RecActors process. Stop that process, or choose another folder.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DataFolderException(
                $"The data folder '{path}' is not writable: {error.Message} Give this user write access, or choose another folder.", error);
        }
    }

    public void Dispose() => _lock.Dispose();
}
