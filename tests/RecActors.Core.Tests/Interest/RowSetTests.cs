namespace RecActors.Interest;

public sealed class RowSetTests
{
    [Fact]
    public void With_TwoOfOneSet_KeepApart()
    {
        var parent = RowSet.Empty.With(1).With(2);
        var one = parent.With(3);
        var other = parent.With(4);

        Assert.Equal([1, 2], Rows(parent));
        Assert.Equal([1, 2, 3], Rows(one));
        Assert.Equal([1, 2, 4], Rows(other));
        Assert.Equal([1, 2, 3, 5], Rows(one.With(5)));
        Assert.False(parent.Contains(3));
    }

    [Fact]
    public void With_ManyRows_EverySetStaysAsItWas()
    {
        var random = new Random(1);
        var expected = new SortedSet<int>();
        var sets = new List<(RowSet Set, int[] Rows)>();
        var set = RowSet.Empty;
        for (var step = 0; step < 500; step++)
        {
            var row = random.Next(300);
            set = random.Next(4) > 0 ? set.With(row) : set.Without(row);
            _ = set.Contains(row) ? expected.Add(row) : expected.Remove(row);
            sets.Add((set, [.. expected]));
        }

        Assert.All(sets, kept => Assert.Equal(kept.Rows, Rows(kept.Set)));
        Assert.All(sets, kept => Assert.Equal(kept.Rows.Length, kept.Set.Count));
    }

    private static int[] Rows(RowSet set)
    {
        var rows = new int[set.Count];
        set.CopyTo(rows);
        Array.Sort(rows);
        return rows;
    }
}
