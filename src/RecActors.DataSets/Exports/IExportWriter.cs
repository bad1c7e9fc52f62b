namespace RecActors.Exports;

/// <summary>Writes the records of one file. Not thread-safe.</summary>
internal interface IExportWriter : IAsyncDisposable
{
    /// <summary>Writes a record; the cells are as <see cref="ExportKind"/> says.</summary>
    ValueTask WriteAsync(object?[] cells, CancellationToken cancellationToken);

    /// <summary>Writes what is left; the file is whole then.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
