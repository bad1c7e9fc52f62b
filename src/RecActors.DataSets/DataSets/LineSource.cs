namespace RecActors.DataSets;

/// <summary>A file being read line by line, with progress by bytes and rejected lines going to the report.</summary>
internal sealed class LineSource : IDisposable
{
    private const int LinesPerProgress = 4_096;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ReadReport _report;
    private long _lines;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public LineSource(string path, ReadReport report)
    {
        _path = path;
        _report = report;
        _stream = new(path, new FileStreamOptions { Options = FileOptions.SequentialScan });
    }

    public Stream Stream => _stream;

    /// <summary>Counts a line and tells of the progress now and then.</summary>
    public void LineDone(CancellationToken cancellationToken)
    {
        if (_lines++ % LinesPerProgress == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _report.Progressed(_path, _stream.Position, _stream.Length);
        }
    }

    /// <summary>Parses a record; a field that cannot be read rejects its line, and false is returned.</summary>
    public bool TryParse<TRecord, T>(TRecord record, long line, Func<TRecord, T> parse, out T value)
    {
        try
        {
            value = parse(record);
            return true;
        }
        catch (FieldException field)
        {
            Reject(line, field.Column, field.Message);
            value = default!;
            return false;
        }
    }

    public void Reject(long line, string? column, string reason) => _report.Reject(new(_path, line, column, reason));

    public void Completed() => _report.Progressed(_path, _stream.Length, _stream.Length);

    public void Dispose() => _stream.Dispose();
}
