namespace RecActors.Journal;

/// <summary>A set of item ids as stored, in the order of the index. Not thread-safe.</summary>
internal sealed class ItemNames
{
    private readonly SortedSet<byte[]> _names = new(Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));

    public void Clear() => _names.Clear();

    public void Add(ReadOnlySpan<byte> item) => _names.Add(item.ToArray());

    public IReadOnlyList<byte[]> ToList() => [.. _names];
}
