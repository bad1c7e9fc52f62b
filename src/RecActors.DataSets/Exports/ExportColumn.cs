namespace RecActors.Exports;

/// <summary>A column of exported records, by the name that the API has for it.</summary>
internal sealed record ExportColumn(string Name, ExportKind Kind);

/// <summary>What the cells of a column are.</summary>
internal enum ExportKind
{
    /// <summary>A string, or null.</summary>
    Text,

    /// <summary>A <see cref="double"/>.</summary>
    Number,

    /// <summary>A <see cref="bool"/>.</summary>
    Flag,

    /// <summary>Unix milliseconds, or null.</summary>
    Time,

    /// <summary>JSON as a string, or null.</summary>
    Json,

    /// <summary>Strings.</summary>
    List,
}
