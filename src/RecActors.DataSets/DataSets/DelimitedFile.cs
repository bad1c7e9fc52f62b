using System.Text;
using CsvHelper;

namespace RecActors.DataSets;

/// <summary>
/// A file of separated values. Comma-separated files are quoted as RFC 4180 says; others are not quoted. The first line is a header
/// when it names a column that the reader knows.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="multilineFields">
/// Whether quoted fields may contain line breaks. Where they may not, a quote that is not closed costs one line and not the rest of the file.
/// </param>
internal sealed class DelimitedFile(string path, bool multilineFields) : IRowFile
{
    // Above it a quote was not closed: no record of an import is that long.
    private const int MaxRecordBytes = 1 << 20;

    public string Path { get; } = path;

    public IEnumerable<T> Read<T>(
        ReadReport report, Func<string[], DelimitedColumns> columnsOf, Func<DelimitedColumns, string[], T> parse, CancellationToken cancellationToken)
    {
        using var source = new LineSource(Path, report);
        DelimitedColumns? columns = null;
        T ParseRow(string[] row) => parse(columns!, row);
        foreach (var (fields, line) in System.IO.Path.GetExtension(Path).Equals(".dat", StringComparison.OrdinalIgnoreCase) ? ColonRows(source) : CsvRows(source))
        {
            source.LineDone(cancellationToken);
            if (columns is null)
            {
                columns = columnsOf(fields);
                if (columns.FromHeader)
                {
                    continue;
                }
            }

            if (source.TryParse(fields, line, ParseRow, out var value))
            {
                yield return value;
            }
        }

        source.Completed();
    }

    private IEnumerable<(string[] Fields, long Line)> CsvRows(LineSource source)
    {
        var isCsv = System.IO.Path.GetExtension(Path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        using var reader = CsvReader.Create(
            source.Stream,
            new CsvReaderOptions
            {
                Separator = isCsv ? ',' : '\t',
                Mode = isCsv ? CsvMode.Rfc4180 : CsvMode.NoEscape,
                HasHeader = false,
                AllowLineBreaksInQuotes = multilineFields,
                TrimWhitespace = true,
                TrackLineNumbers = true,
                PoolStrings = true,
                MaxRecordSize = MaxRecordBytes,
                MalformedData = CsvMalformedDataHandling.Skip,
                OnMalformedRecord = record => source.Reject(record.LineNumber, null, Meaning(record.Reason)),
            },
            leaveOpen: true);
        while (Next(reader))
        {
            yield return (reader.Current.ToArray(), reader.LineNumber);
        }
    }

    /// <summary>The old MovieLens files: two colons between the fields, no quotes, Latin-1.</summary>
    private static IEnumerable<(string[] Fields, long Line)> ColonRows(LineSource source)
    {
        using var reader = new StreamReader(source.Stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: -1, leaveOpen: true);
        for (long line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.Length > 0)
            {
                yield return (text.Split("::"), line);
            }
        }
    }

    private bool Next(CsvReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException tooLong)
        {
            throw new InvalidDataException($"{Path}:{Math.Max(tooLong.LineNumber, reader.LineNumber)}: {tooLong.Message}", tooLong);
        }
    }

    private static string Meaning(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote stands within a field that is not quoted",
        CsvMalformedReason.TextAfterClosingQuote => "there is text after a closing quote",
        CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.LineBreakInQuotes => "a quote opens and is not closed on the line",
        _ => "is malformed",
    };
}
