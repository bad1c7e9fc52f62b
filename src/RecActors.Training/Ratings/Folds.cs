namespace RecActors.Ratings;

/// <summary>A random division into folds whose sizes differ by at most one. Looks at nothing but the number of rows.</summary>
internal static class Folds
{
    /// <summary>The fold of each of <paramref name="count"/> rows.</summary>
    public static int[] Assign(int count, int folds, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(order);
        var assigned = new int[count];
        for (var place = 0; place < count; place++)
        {
            assigned[order[place]] = place % folds;
        }

        return assigned;
    }

    /// <summary>The rows of a fold, and the others; both ascending.</summary>
    public static (int[] Inside, int[] Outside) Split(int[] rows, int[] assigned, int fold) =>
        ([.. rows.Where((_, place) => assigned[place] == fold)], [.. rows.Where((_, place) => assigned[place] != fold)]);
}
