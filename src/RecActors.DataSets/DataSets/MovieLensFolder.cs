using System.Globalization;
using System.Text.Json.Nodes;
using RecActors.Catalog;

namespace RecActors.DataSets;

/// <summary>
/// A MovieLens data set of GroupLens, as unpacked: <c>ratings.csv</c> and <c>movies.csv</c> (2013 and later), or <c>ratings.dat</c> and
/// <c>movies.dat</c> (1M, 10M). Every rating is an action of the type <c>rating</c>; genres are categories, the year is a label.
/// Ratings come in the order of their times, those of equal times by user and movie, whatever the order of the file.
/// </summary>
public sealed class MovieLensFolder : IDataSet
{
    private readonly DelimitedFile _ratings;
    private readonly DelimitedFile _movies;
    private readonly DelimitedRecords _records;
    private readonly DataSetOptions _options;

    /// <exception cref="FileNotFoundException">The folder does not hold such a data set.</exception>
    public MovieLensFolder(string folder, DataSetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _options = (options ?? new()) with { FeedbackType = options?.FeedbackType ?? "rating" };
        _records = new(_options);
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        _ratings = Find(folder, "ratings");
        _movies = Find(folder, "movies");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IEnumerable<ItemRecord> ReadItems(ReadReport report, CancellationToken cancellationToken = default) =>
        _records.ReadItems(_movies, report, cancellationToken).Select(WithYear);

    /// <summary>Nobody: nothing is known of a user beside the ratings.</summary>
    public IEnumerable<ImportedUser> ReadUsers(ReadReport report, CancellationToken cancellationToken = default) => [];

    /// <inheritdoc/>
    public IEnumerable<ImportedFeedback> ReadFeedback(ReadReport report, CancellationToken cancellationToken = default) =>
        _records.ReadFeedback(_ratings, report, cancellationToken)
            .OrderBy(rating => rating.Entry.TimestampMs)
            .ThenBy(rating => Ordinal(rating.UserId))
            .ThenBy(rating => Ordinal(rating.Entry.ItemId));

    private static DelimitedFile Find(string folder, string name)
    {
        var csv = Path.Combine(folder, name + ".csv");
        if (File.Exists(csv))
        {
            return new(csv, multilineFields: false);
        }

        var dat = Path.Combine(folder, name + ".dat");
        return File.Exists(dat)
            ? new(dat, multilineFields: false)
            : throw new FileNotFoundException($"'{folder}' is not a MovieLens data set: it holds neither {name}.csv nor {name}.dat.", csv);
    }

    /// <summary>Titles end with the year in brackets; a movie without genres says so in the place of one.</summary>
    private static ItemRecord WithYear(ItemRecord movie)
    {
        var title = movie.Comment ?? "";
        var hasYear = title.Length >= 6 && title[^6] == '(' && title[^1] == ')';
        return movie with
        {
            Categories = movie.Categories is ["(no genres listed)"] ? [] : movie.Categories,
            LabelsJson = hasYear && int.TryParse(title.AsSpan(title.Length - 5, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
                ? new JsonObject { ["year"] = year }.ToJsonString()
                : movie.LabelsJson,
        };
    }

    private static long Ordinal(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
