using System.Text.Json;
using RecActors.Catalog;

namespace RecActors.DataSets;

/// <summary>Actions, items and users as JSON lines with the names of the Gorse API: what its export writes.</summary>
internal sealed class JsonLinesRecords(DataSetOptions options)
{
    private readonly FieldRules _rules = new(options);

    public IEnumerable<ImportedFeedback> ReadFeedback(string path, ReadReport report, CancellationToken cancellationToken)
    {
        var composer = new FeedbackComposer(options, report);
        return composer.Compose(Read(path, report, ParseFeedback, cancellationToken));
    }

    public IEnumerable<ItemRecord> ReadItems(string path, ReadReport report, CancellationToken cancellationToken) =>
        Read(path, report, ParseItem, cancellationToken).Counted(report);

    public IEnumerable<ImportedUser> ReadUsers(string path, ReadReport report, CancellationToken cancellationToken) =>
        Read(path, report, ParseUser, cancellationToken).Counted(report);

    private ParsedFeedback ParseFeedback(JsonFields fields) => new(
        _rules.Id(fields.Text("UserId"), "UserId"),
        _rules.Id(fields.Text("ItemId"), "ItemId"),
        _rules.Id(fields.Text("FeedbackType") ?? options.FeedbackType, "FeedbackType"),
        fields.Number("Value") ?? 0,
        _rules.Time(fields.Text("Timestamp") ?? "", "Timestamp"),
        fields.Text("Comment"),
        fields.Json("Labels"));

    private ItemRecord ParseItem(JsonFields fields) => new()
    {
        ItemId = _rules.Id(fields.Text("ItemId"), "ItemId"),
        IsHidden = fields.Flag("IsHidden"),
        Categories = fields.Texts("Categories"),
        TimestampMs = _rules.Time(fields.Text("Timestamp") ?? "", "Timestamp"),
        ExpiresAtMs = FieldRules.Expiry(fields.Text("ExpiresAt") ?? "", "ExpiresAt"),
        LabelsJson = fields.Json("Labels"),
        Comment = fields.Text("Comment"),
    };

    private ImportedUser ParseUser(JsonFields fields) =>
        new(_rules.Id(fields.Text("UserId"), "UserId"), fields.Json("Labels"), fields.Text("Comment"));

    private static IEnumerable<T> Read<T>(string path, ReadReport report, Func<JsonFields, T> parse, CancellationToken cancellationToken)
    {
        using var source = new LineSource(path, report);
        using var reader = new StreamReader(source.Stream, leaveOpen: true);
        for (long line = 1; reader.ReadLine() is { } text; line++)
        {
            source.LineDone(cancellationToken);
            if (!string.IsNullOrWhiteSpace(text) && source.TryParse(text, line, ParseLine, out var value))
            {
                yield return value;
            }
        }

        source.Completed();

        T ParseLine(string json)
        {
            try
            {
                using var document = JsonDocument.Parse(json);
                return parse(new JsonFields(document.RootElement));
            }
            catch (JsonException broken)
            {
                throw new FieldException(null, $"is not JSON at character {broken.BytePositionInLine + 1}");
            }
        }
    }
}
