using RecActors.Processes;
using RecActors.Sample;

namespace RecActors.Compatibility;

/// <summary>The first users of the shipped sample, with the items that they rated: enough to train on in seconds.</summary>
internal sealed class SampleSubset : IDisposable
{
    public const int Users = 60;

    /// <summary>Trains in seconds: what is learned does not matter here, only that it is kept.</summary>
    private const string QuickTraining = """
        { "RecActors": { "Training": { "SearchSeconds": 0, "SequenceSeconds": 0, "Sweeps": 2, "MaxEpochs": 2, "MaxReplayQueries": 400, "HiddenSizes": [ 8 ] } } }
        """;

    private readonly DataFolder _folder = new();

    public SampleSubset()
    {
        var ratings = Lines("ratings.csv").Where((line, number) => number == 0 || int.Parse(line.Split(',')[0]) <= Users).ToList();
        var items = ratings.Select(line => line.Split(',')[1]).ToHashSet();
        File.WriteAllLines(Path.Combine(_folder.Path, "ratings.csv"), ratings);
        File.WriteAllLines(Path.Combine(_folder.Path, "movies.csv"), Lines("movies.csv").Where((line, number) => number == 0 || items.Contains(line.Split(',')[0])));
        File.WriteAllText(SettingsPath, QuickTraining);
    }

    public string MovieLensFolder => _folder.Path;

    public string SettingsPath => Path.Combine(_folder.Path, "settings.json");

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Lines(string name) => File.ReadLines(Path.Combine(MovieLensSample.Folder, name));
}
