namespace RecActors.ItemWeights;

/// <summary>The items that take part where not all can, and the part of a long list of items that does.</summary>
internal static class MostUsedItems
{
    // A list of n items adds n² pairs: longer ones say little more and cost the most.
    private const int MostOfAUser = 1_000;

    /// <summary>At most so many items, those with the most users, ascending.</summary>
    /// <param name="users">Item indices of each user.</param>
    /// <param name="most">Most items.</param>
    public static int[] Of(IEnumerable<int[]> users, int most) =>
        [.. users.SelectMany(items => items).CountBy(item => item)
            .OrderByDescending(item => item.Value).ThenBy(item => item.Key).Take(most).Select(item => item.Key).Order()];

    /// <summary>The newest items of a user, newest last, by their places among those that take part.</summary>
    public static IEnumerable<int[]> PlacesOf(IEnumerable<int[]> users, int[] items)
    {
        var placeOf = items.Index().ToDictionary(item => item.Item, item => item.Index);
        return users.Select(own => own.TakeLast(MostOfAUser).Where(placeOf.ContainsKey).Select(item => placeOf[item]).ToArray());
    }
}
