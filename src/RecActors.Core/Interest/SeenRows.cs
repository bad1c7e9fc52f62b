namespace RecActors.Interest;

/// <summary>The rows of all items a user has ever acted on: what is not recommended again. Immutable, safe for concurrent readers.</summary>
public sealed class SeenRows
{
    private readonly RowSet[] _sets;

    internal SeenRows(RowSet[] sets) => _sets = sets;

    /// <summary>No row.</summary>
    public static SeenRows None { get; } = new([]);

    /// <summary>A set of exactly these rows.</summary>
    public static SeenRows Of(IEnumerable<int> rows)
    {
        var set = RowSet.Empty;
        foreach (var row in rows)
        {
            set = set.With(row);
        }

        return new SeenRows([set]);
    }

    /// <summary>An upper bound of the number of rows: a row counts once per feedback type of an action on it.</summary>
    public int UpperCount
    {
        get
        {
            var count = 0;
            foreach (var set in _sets)
            {
                count += set.Count;
            }

            return count;
        }
    }

    public bool Contains(int row)
    {
        foreach (var set in _sets)
        {
            if (set.Contains(row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The distinct rows, ascending.</summary>
    public int[] ToArray()
    {
        var rows = new int[UpperCount];
        CopyTo(rows);
        Array.Sort(rows);
        return _sets.Length <= 1 ? rows : [.. rows.Distinct()];
    }

    /// <summary>Writes <see cref="UpperCount"/> rows in no order, some perhaps twice, and returns how many.</summary>
    internal int CopyTo(Span<int> destination)
    {
        var filled = 0;
        foreach (var set in _sets)
        {
            set.CopyTo(destination[filled..]);
            filled += set.Count;
        }

        return filled;
    }
}
