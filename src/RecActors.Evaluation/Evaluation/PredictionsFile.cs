using RecActors.Training;

namespace RecActors.Evaluation;

/// <summary>
/// The answers as text, so that anybody can score them: a line is the user, the number of the question, and the items, best first and
/// separated by commas.
/// </summary>
internal sealed class PredictionsFile : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly TrainingSet _set;

    /// <exception cref="InvalidDataException">An item's id has a comma, which would part it.</exception>
    public PredictionsFile(string path, TrainingSet set)
    {
        if (set.ItemIds.FirstOrDefault(id => id.Contains(',', StringComparison.Ordinal)) is { } parted)
        {
            throw new InvalidDataException($"Predictions are lists of items separated by commas, and the item '{parted}' has one in its id.");
        }

        _writer = new(path) { NewLine = "\n" };
        _set = set;
    }

    /// <summary>The file of one of several models: its name goes before the extension.</summary>
    public static string PathOf(string path, string model) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}.{model}{Path.GetExtension(path)}");

    public void Write(in ReplayAnswer answer)
    {
        _writer.Write(_set.UserIds[answer.User]);
        _writer.Write('\t');
        _writer.Write(answer.Query);
        _writer.Write('\t');
        _writer.WriteLine(string.Join(',', answer.Items.Select(item => _set.ItemIds[item])));
    }

    public void Dispose() => _writer.Dispose();
}
