using RecActors.Catalog;
using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Training;

namespace RecActors.Formats;

/// <summary>Reads data sets for evaluation. A line that cannot be read ends it: figures on a part of a file mean nothing.</summary>
/// <param name="policy">What an action says about its user's interest.</param>
public sealed class EvaluationDataReader(FeedbackPolicy policy)
{
    /// <summary>The feedback type of formats that name none: interest of full weight.</summary>
    private const string Action = "action";

    // Places of sequences become times a second apart, from a time that every reader of times accepts.
    private static readonly DateTimeOffset FirstPlace = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads the data set.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="path">Its folder or file.</param>
    /// <param name="itemsPath">A file with the items' attributes, for <see cref="DataFormat.Tsv"/> and <see cref="DataFormat.Jsonl"/>.</param>
    /// <param name="cancellationToken">Noticed every few thousand lines.</param>
    /// <exception cref="InvalidDataException">A line cannot be read, or there is nothing to evaluate; the message says where.</exception>
    /// <exception cref="TooManyRejectedLinesException">The same, for the formats of <c>recactors import</c>.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public EvaluationData Read(DataFormat format, string path, string? itemsPath, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var data = format switch
        {
            DataFormat.MovieLens => Timed(new MovieLensFolder(path), isSorted: true, cancellationToken),
            DataFormat.LightGcn => Split(path, cancellationToken),
            DataFormat.Sequences => Sequences(path, cancellationToken),
            DataFormat.Tsv => Timed(OfFile(path, itemsPath, isJson: false), isSorted: false, cancellationToken),
            DataFormat.Jsonl => Timed(OfFile(path, itemsPath, isJson: true), isSorted: false, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "No such format."),
        };
        return data.Set.Events.Count > 0 ? data : throw new InvalidDataException($"'{path}' holds no action.");
    }

    /// <summary>Reads a data set whose actions carry times.</summary>
    /// <exception cref="InvalidDataException">There is no action.</exception>
    public EvaluationData Read(IDataSet dataSet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        var data = Timed(dataSet, isSorted: false, cancellationToken);
        return data.Set.Events.Count > 0 ? data : throw new InvalidDataException($"'{dataSet.Name}' holds no action.");
    }

    private static FileDataSet OfFile(string path, string? itemsPath, bool isJson)
    {
        var isNamedJson = Path.GetExtension(path).ToUpperInvariant() is ".JSONL" or ".NDJSON" or ".JSON";
        return isJson == isNamedJson
            ? new(path, itemsPath, null, new DataSetOptions { FeedbackType = isJson ? Action : null })
            : throw new InvalidDataException($"'{path}': the name of a file of JSON lines ends in .jsonl, .ndjson or .json, that of another does not.");
    }

    private EvaluationData Timed(IDataSet dataSet, bool isSorted, CancellationToken cancellationToken)
    {
        var builder = new TrainingSetBuilder(policy);
        var report = new ReadReport(rejectLimit: 0);
        foreach (var item in dataSet.ReadItems(report, cancellationToken))
        {
            builder.AddItem(item);
        }

        foreach (var user in dataSet.ReadUsers(report, cancellationToken))
        {
            builder.AddUser(user.UserId, user.LabelsJson);
        }

        var feedback = dataSet.ReadFeedback(report, cancellationToken);
        foreach (var action in isSorted ? feedback : feedback.InTimeOrder())
        {
            builder.Add(action.UserId, action.Entry);
        }

        var set = WithRecords(builder);
        return new(dataSet.Name, set, null, set.HasTimes ? EventOrder.Times : EventOrder.None, report.Duplicates);
    }

    private EvaluationData Split(string folder, CancellationToken cancellationToken)
    {
        var builder = new TrainingSetBuilder(policy);
        var parts = new List<EventPart>();
        var duplicates = 0L;
        Add("train.txt", EventPart.Train, isRequired: true);
        Add("valid.txt", EventPart.Validation, isRequired: false);
        Add("test.txt", EventPart.Test, isRequired: true);
        return new(NameOf(folder), WithRecords(builder), parts, EventOrder.None, duplicates);

        void Add(string name, EventPart part, bool isRequired)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                if (isRequired)
                {
                    throw new FileNotFoundException($"'{folder}' is not a LightGCN data set: it holds no {name}.", path);
                }

                return;
            }

            var seen = new HashSet<(string, string)>();
            foreach (var (user, items) in UserItemLines.Read(path, cancellationToken))
            {
                foreach (var item in items)
                {
                    if (!seen.Add((user, item)))
                    {
                        duplicates++;
                        continue;
                    }

                    builder.Add(user, new FeedbackEntry(FeedbackOperation.Set, Action, item, 1, 0, 0));
                    parts.Add(part);
                }
            }
        }
    }

    private EvaluationData Sequences(string path, CancellationToken cancellationToken)
    {
        var sequences = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var users = new List<string>();
        foreach (var (user, items) in UserItemLines.Read(path, cancellationToken))
        {
            if (!sequences.TryGetValue(user, out var sequence))
            {
                sequences.Add(user, sequence = []);
                users.Add(user);
            }

            sequence.AddRange(items);
        }

        // Every user ends at the same place, so that the newest events of the set are the newest of each user.
        var builder = new TrainingSetBuilder(policy);
        var places = sequences.Values.Select(items => items.Count).DefaultIfEmpty().Max();
        for (var place = 0; place < places; place++)
        {
            var time = FirstPlace.AddSeconds(place).ToUnixTimeMilliseconds();
            foreach (var user in users)
            {
                var sequence = sequences[user];
                var index = sequence.Count - places + place;
                if (index >= 0)
                {
                    builder.Add(user, new FeedbackEntry(FeedbackOperation.Set, Action, sequence[index], 1, time, 0));
                }
            }
        }

        return new(NameOf(path), WithRecords(builder), null, EventOrder.PerUser, 0);
    }

    /// <summary>Items that only actions name are in the catalog too, as a server puts them there.</summary>
    private static TrainingSet WithRecords(TrainingSetBuilder builder)
    {
        var set = builder.Build();
        for (var item = 0; item < set.ItemIds.Count; item++)
        {
            if (set.Items[item] is null)
            {
                builder.AddItem(new ItemRecord { ItemId = set.ItemIds[item] });
            }
        }

        return builder.Build();
    }

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
}
