using RecActors.Storage;

namespace RecActors;

/// <summary>A data folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("recactors-storage-").FullName;

    public string DatabasePath => System.IO.Path.Combine(Path, "recactors.db");

    public string LogPath => DatabasePath + "-wal";

    public EmbeddedStorage Open(Action<EmbeddedStorageOptions>? configure = null)
    {
        var options = new EmbeddedStorageOptions { DataFolder = Path };
        configure?.Invoke(options);
        return EmbeddedStorage.Open(options);
    }

    /// <summary>A copy of the folder as it is on disk now: what a machine would find after losing this process.</summary>
    public TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Path))
        {
            if (!file.EndsWith(".lock", StringComparison.Ordinal))
            {
                File.Copy(file, System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
            }
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
