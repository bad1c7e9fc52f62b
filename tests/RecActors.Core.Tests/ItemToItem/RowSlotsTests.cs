using CsCheck;

namespace RecActors.ItemToItem;

public sealed class RowSlotsTests
{
    [Fact]
    public void Number_AnyRowsInAnyParts_InTheOrderInWhichTheyCame() =>
        Gen.Select(Gen.Int[0, 3_000], Gen.Int[1, 5_000_000], Gen.Int[1, 3], Gen.Int).Sample(
            (count, rows, rounds, seed) =>
            {
                var (random, slots) = (new Random(seed), new RowSlots());
                for (var round = 0; round < rounds; round++)
                {
                    // Few different ones come often; neighbours share places of the table.
                    var asked = Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? random.Next(Math.Min(rows, 64)) : random.Next(rows)).ToArray();
                    var known = new Dictionary<int, int>();
                    foreach (var part in asked.Chunk(random.Next(1, 40)))
                    {
                        var numbers = new int[part.Length];
                        slots.EnsureRoom(part.Length);
                        slots.Number(part, numbers);
                        foreach (var row in part)
                        {
                            known.TryAdd(row, known.Count);
                        }

                        Assert.Equal(part.Select(row => known[row]), numbers);
                    }

                    Assert.Equal(known.OrderBy(pair => pair.Value).Select(pair => pair.Key), slots.Rows.ToArray());
                    Assert.All(known, pair => Assert.Equal(pair.Value, slots.NumberOf(pair.Key)));
                    Assert.Equal(-1, slots.NumberOf(rows));
                    slots.Clear();
                    Assert.All(known.Keys, row => Assert.Equal(-1, slots.NumberOf(row)));
                }
            },
            iter: 60);

    [Fact]
    public void Number_MoreThanThereIsRoomFor_Throws()
    {
        var slots = new RowSlots();
        var rows = Enumerable.Range(0, slots.Capacity).ToArray();
        Assert.Throws<ArgumentOutOfRangeException>(() => slots.Number(rows, new int[rows.Length]));
        slots.EnsureRoom(rows.Length);
        slots.Number(rows, new int[rows.Length]);
        Assert.Equal(rows, slots.Rows.ToArray());
    }
}
