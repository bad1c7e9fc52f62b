namespace RecActors.DataSets;

/// <summary>Where the columns of a separated file are, and what they are called.</summary>
internal sealed class DelimitedColumns
{
    private readonly string[] _names;
    private readonly Dictionary<string, int> _positions;

    private DelimitedColumns(string[] names, Dictionary<string, int> positions, bool fromHeader)
    {
        _names = names;
        _positions = positions;
        FromHeader = fromHeader;
    }

    /// <summary>Whether the first line was a header.</summary>
    public bool FromHeader { get; }

    /// <summary>
    /// Reads a file's first line: a header when any of its fields is a known name, compared without regard to case, blanks, dashes
    /// and underscores; otherwise the columns are <paramref name="positional"/>, in that order.
    /// </summary>
    /// <param name="firstLine">The fields.</param>
    /// <param name="known">Accepted names by the column that they mean.</param>
    /// <param name="positional">The columns of a file without header.</param>
    public static DelimitedColumns Of(string[] firstLine, IReadOnlyDictionary<string, string> known, IReadOnlyList<string> positional)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var position = 0; position < firstLine.Length; position++)
        {
            if (known.TryGetValue(Normalized(firstLine[position]), out var column))
            {
                positions.TryAdd(column, position);
            }
        }

        if (positions.Count > 0)
        {
            return new(firstLine, positions, fromHeader: true);
        }

        for (var position = 0; position < Math.Min(firstLine.Length, positional.Count); position++)
        {
            positions.Add(positional[position], position);
        }

        return new([.. positional], positions, fromHeader: false);
    }

    /// <summary>The field of a column; empty when the file has no such column.</summary>
    /// <exception cref="FieldException">The row ends before it.</exception>
    public string Field(string[] row, string column) =>
        !_positions.TryGetValue(column, out var position) ? ""
        : position < row.Length ? row[position]
        : throw new FieldException(NameOf(column), $"is missing: the line has {row.Length} of at least {position + 1} fields");

    /// <summary>Whether the file has the column.</summary>
    public bool Has(string column) => _positions.ContainsKey(column);

    /// <summary>What the file calls the column.</summary>
    public string NameOf(string column) => _positions.TryGetValue(column, out var position) && FromHeader ? _names[position] : column;

    /// <summary>The columns that mean nothing to the reader, with their fields.</summary>
    public IEnumerable<(string Name, string Value)> Others(string[] row)
    {
        for (var position = 0; FromHeader && position < Math.Min(row.Length, _names.Length); position++)
        {
            if (!_positions.ContainsValue(position))
            {
                yield return (_names[position], row[position]);
            }
        }
    }

    private static string Normalized(string name) =>
        string.Concat(name.Where(character => character is not ('_' or '-' or ' '))).ToUpperInvariant();
}
