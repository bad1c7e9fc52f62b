using System.Runtime.InteropServices;

namespace RecActors.Trending;

/// <summary>
/// How many users took to each item within a bucket of time, for at most so many items. When there are more, those with the fewest users
/// give way until half of the places are free (lossy counting, Manku and Motwani 2002): what is trending is what has many. Guarded by its owner.
/// </summary>
internal sealed class TrendingBucket(int maxItems)
{
    private readonly Dictionary<int, int> _users = [];

    /// <summary>Users over all items, those that gave way included.</summary>
    public long Total { get; private set; }

    public IReadOnlyDictionary<int, int> Users => _users;

    /// <summary>Adds users of items that gave way elsewhere.</summary>
    public void AddOthers(long users) => Total += Math.Max(0, users);

    public void Add(int row, int users)
    {
        Total += users;
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, row, out _);
        count += users;
        if (_users.Count > maxItems)
        {
            MakeRoom();
        }
    }

    public void AddTo(Dictionary<int, int> sums)
    {
        foreach (var (row, users) in _users)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sums, row, out _) += users;
        }
    }

    private void MakeRoom()
    {
        var counts = _users.Values.ToArray();
        Array.Sort(counts);
        var fewest = counts[counts.Length / 2];
        foreach (var (row, users) in _users)
        {
            if (users <= fewest)
            {
                _users.Remove(row);
            }
        }
    }
}
