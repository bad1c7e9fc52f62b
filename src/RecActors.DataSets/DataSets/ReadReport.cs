namespace RecActors.DataSets;

/// <summary>A line that was left out, and why.</summary>
/// <param name="File">The file's path, as given.</param>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Column">Name of the column or field at fault, or null when it is the line as a whole.</param>
/// <param name="Reason">What is wrong with it, for people.</param>
public sealed record RejectedLine(string File, long Line, string? Column, string Reason)
{
    public override string ToString() => $"{File}:{Line}: {(Column is null ? "" : Column + ": ")}{Reason}";
}

/// <summary>How far a read is, in bytes of all the files that it reads.</summary>
public readonly record struct ReadProgress(string File, long Bytes, long TotalBytes);

/// <summary>What became of the lines of a read: counts, and the rejected ones by name. One reader at a time.</summary>
public sealed class ReadReport
{
    /// <summary>Rejected lines kept by name; the count goes on.</summary>
    public const int MaxKept = 1_000;

    private readonly List<RejectedLine> _rejectedLines = [];
    private readonly Action<RejectedLine>? _onRejected;
    private readonly IProgress<ReadProgress>? _progress;

    /// <param name="rejectLimit">How many rejected lines are borne with; one more stops the read. Default: 1,000.</param>
    /// <param name="onRejected">Called for every rejected line as it is met.</param>
    /// <param name="progress">Told every few thousand lines, and at the end of a file.</param>
    public ReadReport(long rejectLimit = 1_000, Action<RejectedLine>? onRejected = null, IProgress<ReadProgress>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rejectLimit);
        RejectLimit = rejectLimit;
        _onRejected = onRejected;
        _progress = progress;
    }

    /// <summary>How many rejected lines are borne with.</summary>
    public long RejectLimit { get; }

    /// <summary>Records handed on.</summary>
    public long Accepted { get; private set; }

    /// <summary>Records left out because the very same came before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Lines left out because they could not be read.</summary>
    public long Rejected { get; private set; }

    /// <summary>The first <see cref="MaxKept"/> of them.</summary>
    public IReadOnlyList<RejectedLine> RejectedLines => _rejectedLines;

    internal void Accept() => Accepted++;

    internal void Duplicate() => Duplicates++;

    internal void Progressed(string file, long bytes, long totalBytes) => _progress?.Report(new(file, bytes, totalBytes));

    internal void Reject(RejectedLine line)
    {
        Rejected++;
        if (_rejectedLines.Count < MaxKept)
        {
            _rejectedLines.Add(line);
        }

        _onRejected?.Invoke(line);
        if (Rejected > RejectLimit)
        {
            throw new TooManyRejectedLinesException(
                $"More than {RejectLimit} lines were rejected; the last is {line}. Is the file of the format that its name says?");
        }
    }
}

/// <summary>A read met more unreadable lines than its report allows; the message names the last one.</summary>
public sealed class TooManyRejectedLinesException : Exception
{
    public TooManyRejectedLinesException()
    {
    }

    public TooManyRejectedLinesException(string message)
        : base(message)
    {
    }

    public TooManyRejectedLinesException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
