using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using RecActors.Catalog;
using RecActors.Exports;

namespace RecActors.DataSets;

/// <summary>Actions, items and users in separated values: which columns mean what, and how a row becomes a record.</summary>
internal sealed class DelimitedRecords(DataSetOptions options)
{
    private const string User = "user";
    private const string Item = "item";
    private const string Value = "value";
    private const string Time = "time";
    private const string Type = "type";
    private const string Comment = "comment";
    private const string Categories = "categories";
    private const string Hidden = "hidden";
    private const string Expiry = "expiry";
    private const string Labels = "labels";

    private static readonly FrozenDictionary<string, string> FeedbackColumns = Names(
        (User, "USER USERID UID VISITOR VISITORID CUSTOMER CUSTOMERID"),
        (Item, "ITEM ITEMID IID MOVIE MOVIEID PRODUCT PRODUCTID"),
        (Value, "VALUE RATING SCORE WEIGHT COUNT"),
        (Time, "TIME TIMESTAMP DATE DATETIME TS"),
        (Type, "TYPE FEEDBACKTYPE EVENT EVENTTYPE ACTION"),
        (Comment, "COMMENT"),
        (Labels, "LABELS"));

    private static readonly FrozenDictionary<string, string> ItemColumns = Names(
        (Item, "ITEM ITEMID IID ID MOVIE MOVIEID PRODUCT PRODUCTID"),
        (Comment, "COMMENT TITLE NAME"),
        (Categories, "CATEGORIES CATEGORY GENRES GENRE"),
        (Time, "TIME TIMESTAMP DATE DATETIME TS"),
        (Hidden, "HIDDEN ISHIDDEN"),
        (Expiry, "EXPIRES EXPIRESAT EXPIRY"),
        (Labels, "LABELS"));

    private static readonly FrozenDictionary<string, string> UserColumns = Names(
        (User, "USER USERID UID ID VISITOR VISITORID CUSTOMER CUSTOMERID"),
        (Comment, "COMMENT NAME"),
        (Labels, "LABELS"));

    private readonly FieldRules _rules = new(options);

    /// <summary>Actions: without a header the columns are user, item, value, time, type; those at the end may be absent.</summary>
    public IEnumerable<ImportedFeedback> ReadFeedback(IRowFile file, ReadReport report, CancellationToken cancellationToken)
    {
        var composer = new FeedbackComposer(options, report);
        var rows = file.Read(
            report,
            first => Require(DelimitedColumns.Of(first, FeedbackColumns, [User, Item, Value, Time, Type]), file, User, Item),
            (columns, row) => new ParsedFeedback(
                _rules.Id(columns.Field(row, User), columns.NameOf(User)),
                _rules.Id(columns.Field(row, Item), columns.NameOf(Item)),
                TypeOf(columns, row),
                columns.Field(row, Value) is { Length: > 0 } value ? FieldRules.Number(value, columns.NameOf(Value)) : 1,
                _rules.Time(columns.Field(row, Time), columns.NameOf(Time)),
                NullIfEmpty(columns.Field(row, Comment)),
                JsonFields.Labels(columns.Field(row, Labels), columns.NameOf(Labels))?.ToJsonString(LabelsText.Options)),
            cancellationToken);
        return composer.Compose(rows);
    }

    /// <summary>Items: without a header the columns are item, title, categories. Columns of other names become labels.</summary>
    public IEnumerable<ItemRecord> ReadItems(IRowFile file, ReadReport report, CancellationToken cancellationToken)
    {
        var rows = file.Read(
            report,
            first => Require(DelimitedColumns.Of(first, ItemColumns, [Item, Comment, Categories]), file, Item),
            (columns, row) => new ItemRecord
            {
                ItemId = _rules.Id(columns.Field(row, Item), columns.NameOf(Item)),
                Comment = NullIfEmpty(columns.Field(row, Comment)),
                Categories = ExportTexts.Split(columns.Field(row, Categories)),
                TimestampMs = _rules.Time(columns.Field(row, Time), columns.NameOf(Time)),
                ExpiresAtMs = FieldRules.Expiry(columns.Field(row, Expiry), columns.NameOf(Expiry)),
                IsHidden = FlagOf(columns.Field(row, Hidden), columns.NameOf(Hidden)),
                LabelsJson = LabelsOf(columns, row),
            },
            cancellationToken);
        return rows.Counted(report);
    }

    /// <summary>Users: columns beside user and comment become labels.</summary>
    public IEnumerable<ImportedUser> ReadUsers(IRowFile file, ReadReport report, CancellationToken cancellationToken)
    {
        var rows = file.Read(
            report,
            first => Require(DelimitedColumns.Of(first, UserColumns, [User]), file, User),
            (columns, row) => new ImportedUser(
                _rules.Id(columns.Field(row, User), columns.NameOf(User)), LabelsOf(columns, row), NullIfEmpty(columns.Field(row, Comment))),
            cancellationToken);
        return rows.Counted(report);
    }

    private string TypeOf(DelimitedColumns columns, string[] row) =>
        columns.Field(row, Type) is { Length: > 0 } type ? _rules.Id(type, columns.NameOf(Type))
        : options.FeedbackType ?? (columns.NameOf(Value).Contains("rating", StringComparison.OrdinalIgnoreCase) ? "rating" : "read");

    /// <summary>The labels column, an object of JSON, with the columns of unknown names added to it.</summary>
    private static string? LabelsOf(DelimitedColumns columns, string[] row)
    {
        var labels = JsonFields.Labels(columns.Field(row, Labels), columns.NameOf(Labels));
        var others = columns.Others(row).Where(other => other.Value.Length > 0).ToList();
        if (others.Count == 0)
        {
            return labels?.ToJsonString(LabelsText.Options);
        }

        var all = labels as JsonObject ?? (labels is null ? [] : throw new FieldException(columns.NameOf(Labels), "is not a JSON object"));
        foreach (var (name, value) in others)
        {
            all[name] = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : value;
        }

        return all.ToJsonString(LabelsText.Options);
    }

    private static bool FlagOf(string text, string column) => text.ToUpperInvariant() switch
    {
        "" or "0" or "FALSE" or "NO" => false,
        "1" or "TRUE" or "YES" => true,
        _ => throw new FieldException(column, "is neither true nor false"),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static DelimitedColumns Require(DelimitedColumns columns, IRowFile file, params ReadOnlySpan<string> required)
    {
        foreach (var column in required)
        {
            if (!columns.Has(column))
            {
                throw new InvalidDataException($"{file.Path}:1: there is no column '{column}'.");
            }
        }

        return columns;
    }

    private static FrozenDictionary<string, string> Names(params (string Column, string Names)[] columns) =>
        columns.SelectMany(column => column.Names.Split(' ').Select(name => KeyValuePair.Create(name, column.Column))).ToFrozenDictionary(StringComparer.Ordinal);
}
