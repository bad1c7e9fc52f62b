namespace RecActors.Exports;

/// <summary>The formats of exported files.</summary>
public enum ExportFormat
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Comma-separated values with a header, quoted as RFC 4180 says.</summary>
    Csv,

    /// <summary>Apache Parquet, compressed by Zstandard.</summary>
    Parquet,
}
