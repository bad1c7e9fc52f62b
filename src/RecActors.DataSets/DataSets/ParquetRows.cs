using System.Globalization;
using Parquet;
using Parquet.Schema;
using RecActors.Exports;

namespace RecActors.DataSets;

/// <summary>
/// A Parquet file as rows of text, so that the rules for fields are those of every format: columns go by their names, and a row's number
/// stands for its line. One row group is in memory at a time.
/// </summary>
internal sealed class ParquetRows(string path) : IRowFile
{
    public string Path { get; } = path;

    public IEnumerable<T> Read<T>(
        ReadReport report, Func<string[], DelimitedColumns> columnsOf, Func<DelimitedColumns, string[], T> parse, CancellationToken cancellationToken)
    {
        using var source = new LineSource(Path, report);
        using var reading = new Reading(source.Stream, Path, cancellationToken);
        var columns = columnsOf(reading.Names);
        if (!columns.FromHeader)
        {
            throw new InvalidDataException($"{Path}: none of its columns ({string.Join(", ", reading.Names)}) has a name that is known.");
        }

        var line = 0L;
        T ParseRow(string[] row) => parse(columns, row);
        for (var group = 0; group < reading.Groups; group++)
        {
            foreach (var row in reading.RowsOf(group))
            {
                line++;
                source.LineDone(cancellationToken);
                if (source.TryParse(row, line, ParseRow, out var value))
                {
                    yield return value;
                }
            }
        }

        source.Completed();
    }

    /// <summary>The library reads asynchronously; a data set is read where nothing else is to be done meanwhile.</summary>
    private sealed class Reading : IDisposable
    {
        private readonly ParquetReader _reader;
        private readonly DataField[] _fields;
        private readonly string _path;
        private readonly CancellationToken _cancellation;

        /// <exception cref="InvalidDataException">The file is no Parquet file, or has columns of columns.</exception>
        public Reading(Stream stream, string path, CancellationToken cancellationToken)
        {
            (_path, _cancellation) = (path, cancellationToken);
            try
            {
                _reader = ParquetReader.CreateAsync(stream, null, leaveStreamOpen: true, cancellationToken).GetAwaiter().GetResult();
                _fields = _reader.Schema.GetDataFields();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new InvalidDataException($"{path} is not a Parquet file that can be read: {failure.Message}", failure);
            }

            if (_reader.Schema.Fields.Count != _fields.Length || _fields.Any(field => field.IsArray))
            {
                throw new InvalidDataException($"{path} has lists or structures as columns: write them as text, categories joined by | and labels as JSON.");
            }
        }

        public string[] Names => Array.ConvertAll(_fields, column => column.Name);

        public int Groups => _reader.RowGroupCount;

        public IEnumerable<string[]> RowsOf(int group)
        {
            var reader = _reader.OpenRowGroupReader(group);
            var rows = checked((int)reader.RowCount);
            var columns = Array.ConvertAll(_fields, field => Texts(reader, field, rows));
            for (var row = 0; row < rows; row++)
            {
                yield return Array.ConvertAll(columns, column => column[row]);
            }
        }

        public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

        private string[] Texts(ParquetRowGroupReader group, DataField field, int rows)
        {
            if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
            {
                var texts = new string[rows];
                group.ReadAsync(field, texts, null, _cancellation).AsTask().GetAwaiter().GetResult();
                return Array.ConvertAll(texts, text => text ?? "");
            }

            return field.ClrType == typeof(double) ? Values<double>(group, field, rows)
                : field.ClrType == typeof(float) ? Values<float>(group, field, rows)
                : field.ClrType == typeof(int) ? Values<int>(group, field, rows)
                : field.ClrType == typeof(long) ? Values<long>(group, field, rows)
                : field.ClrType == typeof(bool) ? Values<bool>(group, field, rows)
                : field.ClrType == typeof(DateTime) ? Values<DateTime>(group, field, rows)
                : throw new InvalidDataException($"{_path}: the column {field.Name} is of {field.ClrType.Name}, which cannot be read; write it as text.");
        }

        private string[] Values<T>(ParquetRowGroupReader group, DataField field, int rows)
            where T : struct
        {
            if (!field.IsNullable)
            {
                var values = new T[rows];
                group.ReadAsync<T>(field, values.AsMemory(), null, _cancellation).AsTask().GetAwaiter().GetResult();
                return Array.ConvertAll(values, value => Text(value));
            }

            var known = new T?[rows];
            group.ReadAsync<T>(field, known.AsMemory(), null, _cancellation).AsTask().GetAwaiter().GetResult();
            return Array.ConvertAll(known, value => value is { } some ? Text(some) : "");
        }

        private static string Text<T>(T value)
            where T : struct => value switch
            {
                DateTime time => ExportTexts.Time(new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToUnixTimeMilliseconds()),
                double number => number.ToString("R", CultureInfo.InvariantCulture),
                float number => number.ToString("R", CultureInfo.InvariantCulture),
                bool flag => flag ? "true" : "false",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            };
    }
}
