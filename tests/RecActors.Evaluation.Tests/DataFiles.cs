using RecActors.Feedback;
using RecActors.Formats;

namespace RecActors;

/// <summary>Files of a test, removed with it.</summary>
internal sealed class DataFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recactors-evaluation-");

    public string Folder => _folder.FullName;

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, params string[] lines)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    public EvaluationData Read(DataFormat format, string? name = null) =>
        new EvaluationDataReader(FeedbackPolicy.Default).Read(format, name is null ? Folder : Path.Combine(Folder, name), null, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);
}
