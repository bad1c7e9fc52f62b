namespace RecActors.Processes;

/// <summary>A data folder of a test's own, removed with it.</summary>
internal sealed class DataFolder : IDisposable
{
    public DataFolder()
    {
        Path = Directory.CreateTempSubdirectory("recactors-").FullName;
    }

    public string Path { get; }

    /// <summary>A copy of a folder on which no server runs.</summary>
    public static DataFolder CopyOf(string source)
    {
        var folder = new DataFolder();
        foreach (var directory in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(directory.Replace(source, folder.Path, StringComparison.Ordinal));
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(source, folder.Path, StringComparison.Ordinal));
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
