namespace RecActors.Catalog;

/// <summary>
/// One list for all items that have the same categories, and one name for all lists that have the same category: catalogs have few of them, and every item
/// comes with its own. Not safe for concurrent use.
/// </summary>
internal sealed class SharedCategories : IEqualityComparer<IReadOnlyList<string>>
{
    /// <summary>Lists that are kept to be shared: where there are more, an item's list is most often its alone.</summary>
    private const int MostLists = 65_536;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<IReadOnlyList<string>, string[]> _lists;

    public SharedCategories() => _lists = new(this);

    /// <summary>The same categories in the same order; never to be written to.</summary>
    public IReadOnlyList<string> Of(IReadOnlyList<string> categories)
    {
        if (categories.Count == 0)
        {
            return [];
        }

        if (_lists.TryGetValue(categories, out var shared))
        {
            return shared;
        }

        shared = new string[categories.Count];
        for (var i = 0; i < shared.Length; i++)
        {
            if (!_names.TryGetValue(categories[i], out var name))
            {
                _names[categories[i]] = name = categories[i];
            }

            shared[i] = name;
        }

        if (_lists.Count < MostLists)
        {
            _lists[shared] = shared;
        }

        return shared;
    }

    bool IEqualityComparer<IReadOnlyList<string>>.Equals(IReadOnlyList<string>? x, IReadOnlyList<string>? y) =>
        x is not null && y is not null && x.SequenceEqual(y, StringComparer.Ordinal);

    int IEqualityComparer<IReadOnlyList<string>>.GetHashCode(IReadOnlyList<string> categories)
    {
        var hash = new HashCode();
        for (var i = 0; i < categories.Count; i++)
        {
            hash.Add(categories[i], StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
