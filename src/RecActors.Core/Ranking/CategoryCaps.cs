using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>Goes through a ranking and lets pass what leaves every category within its cap. One for each answer.</summary>
internal sealed class CategoryCaps(IReadOnlyList<CategoryCap> caps, CatalogReplica catalog)
{
    private readonly Dictionary<string, int> _left = new(StringComparer.Ordinal);

    /// <summary>Takes an item if its categories have room for it.</summary>
    public bool TryTake(int row)
    {
        if (!HasRoom(row))
        {
            return false;
        }

        foreach (var category in catalog[row]?.Categories ?? [])
        {
            _left[category] = LeftOf(category) - 1;
        }

        return true;
    }

    /// <summary>Whether an item's categories have room for it. What has none will have none.</summary>
    public bool HasRoom(int row)
    {
        foreach (var category in catalog[row]?.Categories ?? [])
        {
            if (LeftOf(category) <= 0)
            {
                return false;
            }
        }

        return true;
    }

    private int LeftOf(string category)
    {
        if (_left.TryGetValue(category, out var left))
        {
            return left;
        }

        var most = int.MaxValue;
        foreach (var cap in caps)
        {
            if (cap.Category == category)
            {
                return cap.Most;
            }

            most = cap.Category is null ? cap.Most : most;
        }

        return most;
    }
}
