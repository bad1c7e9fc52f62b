using System.CommandLine;
using RecActors.DataSets;
using RecActors.Hosting;
using RecActors.Importing;

namespace RecActors.CommandLine;

/// <summary>Options that name the files of a data set.</summary>
internal sealed class DataSetSource
{
    private static readonly string[] Extensions = [".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"];

    private readonly Option<DirectoryInfo> _movieLens = new Option<DirectoryInfo>("--movielens")
    {
        Description = "An unpacked MovieLens folder: ratings.csv and movies.csv, or the older .dat files.",
        HelpName = "DIR",
    }.AcceptExistingOnly();

    private readonly Option<DirectoryInfo> _from = new Option<DirectoryInfo>("--from")
    {
        Description = "A folder with files named items, users and feedback, or some of them, such as recactors export writes.",
        HelpName = "DIR",
    }.AcceptExistingOnly();

    private readonly Option<FileInfo> _feedback = new Option<FileInfo>("--feedback")
    {
        Description = "Actions: .csv, .tsv, .parquet, or .jsonl with the names of the API (UserId, ItemId, FeedbackType, Value, Timestamp).",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    private readonly Option<FileInfo> _items = new Option<FileInfo>("--items")
    {
        Description = "Items: .csv, .tsv, .parquet, or .jsonl with the names of the API.",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    private readonly Option<FileInfo> _users = new Option<FileInfo>("--users")
    {
        Description = "Users: .csv, .tsv, .parquet, or .jsonl with the names of the API.",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    private readonly Option<string> _type = new("--type")
    {
        Description = "Feedback type of actions that name none.",
        HelpName = "TYPE",
    };

    private readonly Option<bool> _inOrder = new("--in-order")
    {
        Description = "The actions are in the order of their times already: stream them instead of sorting them in memory.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_movieLens);
        command.Options.Add(_from);
        command.Options.Add(_feedback);
        command.Options.Add(_items);
        command.Options.Add(_users);
        command.Options.Add(_type);
        command.Options.Add(_inOrder);
    }

    /// <exception cref="StartupException">No file is named, or a folder and files at once.</exception>
    public IDataSet Read(ParseResult parsed) =>
        ReadOrNull(parsed) ?? throw new StartupException("Name what to read: --movielens, --from, or some of --feedback, --items and --users.");

    /// <summary>The named data set, or null when none is.</summary>
    /// <exception cref="StartupException">A folder and files are named at once.</exception>
    public IDataSet? ReadOrNull(ParseResult parsed)
    {
        var options = new DataSetOptions { FeedbackType = parsed.GetValue(_type) };
        var files = new[] { _feedback, _items, _users }.Select(option => parsed.GetValue(option)?.FullName).ToArray();
        if (parsed.GetValue(_from) is { } exported)
        {
            files = [files[0] ?? FileIn(exported, "feedback"), files[1] ?? FileIn(exported, "items"), files[2] ?? FileIn(exported, "users")];
        }

        var anyFile = files.Any(file => file is not null);
        return (parsed.GetValue(_movieLens), anyFile) switch
        {
            ({ } folder, false) => new MovieLensFolder(folder.FullName, options),
            (null, true) when parsed.GetValue(_inOrder) => new FileDataSet(files[0], files[1], files[2], options),
            (null, true) => new TimeOrderedDataSet(new FileDataSet(files[0], files[1], files[2], options)),
            (null, false) => null,
            _ => throw new StartupException("Name either a MovieLens folder or files, not both."),
        };
    }

    /// <exception cref="StartupException">There are several of the name.</exception>
    private static string? FileIn(DirectoryInfo folder, string name)
    {
        var found = folder.GetFiles(name + ".*").Where(file => Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase)).ToArray();
        return found.Length <= 1
            ? found.SingleOrDefault()?.FullName
            : throw new StartupException($"{folder.FullName} has {found[0].Name} and {found[1].Name}: name the one to read.");
    }
}
