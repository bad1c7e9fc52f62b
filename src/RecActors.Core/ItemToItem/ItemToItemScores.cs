namespace RecActors.ItemToItem;

/// <summary>stub</summary>
public sealed class ItemToItemScores
{
    /// <summary>Rows with any score, each once, in the order they were first touched.</summary>
    public ReadOnlySpan<int> Touched => throw new NotImplementedException();

    /// <summary>The row's score; 0 when nothing was added.</summary>
    public float this[ItemToItemSignal signal, int row] => throw new NotImplementedException();

    /// <summary>Writes the rows with the highest positive scores, best first and ties by row, and returns how many. The predicate is asked only about rows that would enter.</summary>
    public int Top(ItemToItemSignal signal, Span<int> rows, Predicate<int>? accepts = null) => throw new NotImplementedException();

    /// <summary>Makes all scores 0, in time proportional to the touched rows.</summary>
    public void Clear() => throw new NotImplementedException();
}
