namespace RecActors.DataSets;

/// <summary>A file of rows of text fields.</summary>
internal interface IRowFile
{
    string Path { get; }

    /// <summary>
    /// Streams the rows through <paramref name="parse"/>, which gets the columns once and every row's fields, and may throw
    /// <see cref="FieldException"/> to reject the row.
    /// </summary>
    IEnumerable<T> Read<T>(
        ReadReport report, Func<string[], DelimitedColumns> columnsOf, Func<DelimitedColumns, string[], T> parse, CancellationToken cancellationToken);
}
