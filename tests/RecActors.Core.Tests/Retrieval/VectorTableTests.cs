namespace RecActors.Retrieval;

public sealed class VectorTableTests
{
    [Fact]
    public void Row_NeverSet_ZerosWithoutVector()
    {
        var table = new VectorTable(3);
        Assert.Equal([0, 0, 0], table.Row(5));
        Assert.Equal(0, table.SquaredNorm(5));
        Assert.False(table.HasVector(5));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Set_BeyondTheEnd_RowsBetweenAreZero()
    {
        var table = new VectorTable(2);
        table.Set(1000, [3, 4]);
        Assert.Equal(1001, table.Count);
        Assert.Equal([0, 0], table.Row(999));
        Assert.Equal([3, 4], table.Row(1000));
        Assert.Equal(25, table.SquaredNorm(1000));
    }

    [Fact]
    public void Set_VisibleRow_ReadersOfTheOldVectorKeepIt()
    {
        var table = new VectorTable(2);
        table.Set(0, [1, 2]);
        table.Set(1, [5, 6]);
        var before = table.Row(0);
        table.Set(0, [3, 4]);
        Assert.Equal([1, 2], before);
        Assert.Equal([3, 4], table.Row(0));
        Assert.Equal([5, 6], table.Row(1));
    }

    [Fact]
    public void Set_WrongShapeOrNotFinite_Refused()
    {
        var table = new VectorTable(2);
        Assert.Throws<ArgumentException>(() => table.Set(0, [1]));
        Assert.Throws<ArgumentException>(() => table.Set(0, [1, float.NaN]));
        Assert.Throws<ArgumentException>(() => table.Set(0, [1, float.PositiveInfinity]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Set(-1, [1, 2]));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Clear_TableWithAnIndex_Refused()
    {
        var table = new VectorTable(2);
        table.Set(0, [1, 2]);
        table.BuildIndex(Similarity.DotProduct, new IndexOptions { FromRows = 0 }, TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(table.Clear);
        Assert.Equal([1, 2], table.Row(0));
    }

    [Fact]
    public async Task Row_WhileReplaced_NeverHalfOfEach()
    {
        const int Dimensions = 64;
        var table = new VectorTable(Dimensions);
        table.Set(0, Enumerable.Repeat(1f, Dimensions).ToArray());
        var writer = Task.Run(
            () =>
            {
                for (var value = 2; value < 3000; value++)
                {
                    table.Set(0, Enumerable.Repeat((float)value, Dimensions).ToArray());
                    table.Set(value, Enumerable.Repeat((float)value, Dimensions).ToArray());
                }
            },
            TestContext.Current.CancellationToken);
        do
        {
            var newest = table.Count - 1;
            var appended = table.Row(newest).ToArray();
            var replaced = table.Row(0).ToArray();
            Assert.Single(replaced.Distinct());
            Assert.Equal(newest == 0 ? appended[0] : newest, Assert.Single(appended.Distinct()));
        }
        while (!writer.IsCompleted);
        await writer;
    }
}
