using CsCheck;
using RecActors.Catalog;

namespace RecActors.Sharding;

public sealed class ShardedItemsTests
{
    [Fact]
    public void KeyOf_Id_IsTheSameForEver()
    {
        // Silos of different versions must agree on where an item is.
        Assert.Equal(14_848_645_469_309_925_815UL, ShardedItems.KeyOf("movie:1"));
        Assert.Equal(0x2D06_8005_38D3_94C2UL, ShardedItems.KeyOf(""));
    }

    [Fact]
    public void Rows_AnyIds_AreEachInOneShardUnderTheirKey() =>
        Gen.Select(Gen.String[1, 6].HashSet[0, 300], Gen.Int[1, 9]).Sample((ids, shards) =>
        {
            var catalog = new CatalogReplica();
            var items = new ShardedItems(catalog, shards);
            foreach (var id in ids)
            {
                var row = catalog.Intern(id);
                Assert.Equal(ShardedItems.KeyOf(id), items.KeyOf(row));
                Assert.True(items.TryGetRow(ShardedItems.KeyOf(id), out var found));
                Assert.Equal(row, found);
            }

            var placed = Enumerable.Range(0, shards).SelectMany(shard => items.RowsOf(shard).ToArray().Select((row, slot) => (row, shard, slot)));
            Assert.Equal(ids.Count, placed.DistinctBy(place => place.row).Count());
            Assert.All(placed, place => Assert.Equal((place.shard, place.slot), (items.ShardOf(place.row), items.SlotOf(place.row))));
            Assert.False(items.TryGetRow(ShardedItems.KeyOf("an id of more than six letters"), out _));
        });

    [Fact]
    public void TryGetRow_WhileTheCatalogGrows_FindsEveryKnownItem()
    {
        const int count = 20_000;
        var catalog = new CatalogReplica();
        var items = new ShardedItems(catalog, 3);
        Parallel.Invoke(
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    catalog.Intern($"i{i}");
                }
            },
            () =>
            {
                for (var known = catalog.Count; known < count; known = catalog.Count)
                {
                    var row = Math.Max(0, known - 1);
                    Assert.True(known == 0 || (items.TryGetRow(ShardedItems.KeyOf($"i{row}"), out var found) && found == row));
                }
            });
    }
}
