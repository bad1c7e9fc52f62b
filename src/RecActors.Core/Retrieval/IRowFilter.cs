namespace RecActors.Retrieval;

/// <summary>
/// Decides which rows may be found. A struct, so that the scan inlines it; asked only about rows whose score would enter the
/// answer. Must give the same answer for a row throughout a search.
/// </summary>
public interface IRowFilter
{
    bool Accepts(int row);
}

/// <summary>Lets every row be found.</summary>
public readonly struct AnyRow : IRowFilter
{
    public bool Accepts(int row) => true;
}

/// <summary>The rows that a predicate lets pass.</summary>
internal readonly struct PredicateRows(Predicate<int> accepts) : IRowFilter
{
    public bool Accepts(int row) => accepts(row);
}
