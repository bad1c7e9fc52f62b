using RecActors.Interest;

namespace RecActors.Evaluation;

/// <summary>Draws the items of sampled metrics.</summary>
internal static class SampledItems
{
    /// <summary>All rows but the relevant ones and some unseen others, drawn uniformly without repetition.</summary>
    public static SeenRows AllBut(int itemCount, IReadOnlySet<int> relevant, RowSet seen, int negatives, int seed)
    {
        var random = new Random(seed);
        var shown = new HashSet<int>(relevant);
        var candidates = Enumerable.Range(0, itemCount).Where(row => !relevant.Contains(row) && !seen.Contains(row)).ToArray();
        var drawn = Math.Min(negatives, candidates.Length);
        for (var place = 0; place < drawn; place++)
        {
            var other = random.Next(place, candidates.Length);
            (candidates[place], candidates[other]) = (candidates[other], candidates[place]);
            shown.Add(candidates[place]);
        }

        return new SeenRows([RowSet.OfSorted([.. Enumerable.Range(0, itemCount).Where(row => !shown.Contains(row))])]);
    }
}
