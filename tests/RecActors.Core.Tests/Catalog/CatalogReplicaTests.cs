using CsCheck;

namespace RecActors.Catalog;

public sealed class CatalogReplicaTests
{
    [Fact]
    public void Intern_UnknownItem_RowWithoutRecord()
    {
        var replica = new CatalogReplica();
        var row = replica.Intern("a");
        Assert.Equal((0, 1), (row, replica.Count));
        Assert.Null(replica[row]);
        Assert.Equal("a", replica.IdOf(row));
        Assert.Equal(row, replica.Intern("a"));
        Assert.Equal(0, replica.Generation);
    }

    [Fact]
    public void Apply_Upsert_RecordFeaturesAndVersions()
    {
        var replica = new CatalogReplica();
        replica.Intern("other");
        var row = replica.Apply(Upsert(7, "a", categories: ["Drama", "War"], labels: """{"tag":["x","x"],"year":1994}"""));
        Assert.Equal("a", replica[row]!.ItemId);
        Assert.Equal((7, 1), (replica.Version, replica.Generation));
        var features = replica.FeaturesOf(row);
        Assert.Equal(["category=Drama", "category=War", "tag=x", "year=1994", "decade=1990"], NamesOf(replica, features.Tokens));
        Assert.Equal(["category=Drama", "category=War"], NamesOf(replica, features.Categories));
        Assert.Equal(1994, features.Year);
    }

    [Fact]
    public void Apply_Delete_TombstoneKeepsRowAndId()
    {
        var replica = new CatalogReplica();
        var row = replica.Apply(Upsert(1, "a", categories: ["x"]));
        Assert.Equal(row, replica.Apply(new CatalogChange(2, "a", null)));
        Assert.Null(replica[row]);
        Assert.Equal("a", replica.IdOf(row));
        Assert.True(replica.FeaturesOf(row).Tokens.IsEmpty);
        Assert.Equal(row, replica.Apply(Upsert(3, "a")));
        Assert.NotNull(replica[row]);
    }

    [Fact]
    public void Apply_OlderOrRepeatedChange_Nothing()
    {
        var replica = new CatalogReplica();
        var row = replica.Apply(Upsert(5, "a", categories: ["new"]));
        replica.Apply(Upsert(5, "a", categories: ["repeated"]));
        replica.Apply(new CatalogChange(4, "a", null));
        Assert.Equal(["new"], replica[row]!.Categories);
        Assert.Equal((5, 1), (replica.Version, replica.Generation));
    }

    [Fact]
    public void Apply_EarlierChangeOfAnotherItem_Applied()
    {
        var replica = new CatalogReplica();
        replica.Apply(Upsert(5, "a"));
        var row = replica.Apply(Upsert(3, "b"));
        Assert.NotNull(replica[row]);
        Assert.Equal(5, replica.Version);
    }

    [Fact]
    public void Apply_RecordOfAnotherItem_Refused() =>
        Assert.Throws<ArgumentException>(() => new CatalogReplica().Apply(new CatalogChange(1, "a", new ItemRecord { ItemId = "b" })));

    [Fact]
    public void Apply_AnyChangesInAnyOrder_NewestOfEachItemStays() =>
        Gen.Select(Gen.Int[0, 20], Gen.Bool).Array[0, 200].Sample(steps =>
        {
            var changes = steps
                .Select((step, index) => new CatalogChange(
                    index + 1, "i" + step.Item1, step.Item2 ? new ItemRecord { ItemId = "i" + step.Item1, Version = index + 1 } : null))
                .ToArray();
            var replica = new CatalogReplica();
            foreach (var change in changes.OrderBy(change => change.Number * 7919 % 211))
            {
                replica.Apply(change);
            }

            foreach (var item in changes.GroupBy(change => change.ItemId))
            {
                Assert.True(replica.TryGetRow(item.Key, out var row));
                Assert.Equal(item.Last().Item?.Version, replica[row]?.Version);
            }

            Assert.Equal(changes.Select(change => change.ItemId).Distinct().Count(), replica.Count);
        });

    [Fact]
    public void Subscribe_Change_ObserverHearsBeforeReadersSee()
    {
        var replica = new CatalogReplica();
        var observer = new Recorder(replica);
        using (replica.Subscribe(observer))
        {
            replica.Apply(Upsert(1, "a", categories: ["x"]));
            replica.Apply(new CatalogChange(2, "a", null));
            replica.Apply(new CatalogChange(2, "a", null));
        }

        replica.Apply(Upsert(3, "b"));
        Assert.Equal(["0 a tokens 1, readers saw nothing", "0 deleted tokens 0, readers saw a"], observer.Heard);
    }

    [Fact]
    public async Task Readers_WhileItemsArrive_SeeWholeRows()
    {
        const int Items = 20_000;
        var replica = new CatalogReplica();
        var writer = Task.Run(
            () =>
            {
                for (var number = 1; number <= Items; number++)
                {
                    replica.Apply(Upsert(number, "i" + (number - 1), categories: ["c" + ((number - 1) % 10)]));
                }
            },
            TestContext.Current.CancellationToken);
        var count = 0;
        while (count < Items)
        {
            count = replica.Count;
            for (var row = Math.Max(0, count - 3); row < count - 1; row++)
            {
                // Every row but the last: that one's record may be about to appear.
                Assert.Equal("i" + row, replica.IdOf(row));
                Assert.Equal("i" + row, replica[row]!.ItemId);
                Assert.Equal(["category=c" + (row % 10)], NamesOf(replica, replica.FeaturesOf(row).Tokens));
                Assert.True(replica.TryGetRow("i" + row, out var found));
                Assert.Equal(row, found);
            }
        }

        await writer;
    }

    private static string[] NamesOf(CatalogReplica replica, ReadOnlySpan<int> tokens) =>
        [.. tokens.ToArray().Select(token => replica.Vocabulary[token])];

    private static CatalogChange Upsert(long number, string id, string[]? categories = null, string? labels = null) =>
        new(number, id, new ItemRecord { ItemId = id, Categories = categories ?? [], LabelsJson = labels });

    private sealed class Recorder(CatalogReplica replica) : ICatalogObserver
    {
        public List<string> Heard { get; } = [];

        public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features) =>
            Heard.Add($"{row} {item?.ItemId ?? "deleted"} tokens {features.Tokens.Length}, readers saw {replica[row]?.ItemId ?? "nothing"}");
    }
}
