namespace RecActors.Catalog;

/// <summary>
/// One list for all items that have the same categories, and one name for all lists that have the same category: catalogs have few of them, and every item
/// comes with its own. Not safe for concurrent use.
/// </summary>
internal sealed class SharedCategories : IEqualityComparer<IReadOnlyList<string>>
{
    private readonly int _most;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<IReadOnlyList<string>, string[]> _lists;

    /// <param name="most">
    /// Lists, and names, that are kept to be shared. Then it begins anew: what items have no more is let go, and what they still have costs a copy.
    /// </param>
    public SharedCategories(int most = 65_536)
    {
        _most = most;
        _lists = new(this);
    }

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

        if (_lists.Count >= _most || _names.Count >= _most)
        {
            _lists.Clear();
            _names.Clear();
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

        return _lists[shared] = shared;
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
