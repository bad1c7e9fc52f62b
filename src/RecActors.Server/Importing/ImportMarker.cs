namespace RecActors.Importing;

/// <summary>Remembers in the data folder that a data set was imported to its end.</summary>
internal sealed class ImportMarker(string dataFolder, string dataSet)
{
    private readonly string _path = Path.Combine(dataFolder, "imports", dataSet + ".done");

    public bool IsSet => File.Exists(_path);

    public void Set()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, "");
    }
}
