using CsCheck;

namespace RecActors.Catalog;

public sealed class SqliteCatalogStoreTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private static readonly Gen<ItemRecord> AnyItem = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 8],
        Gen.Bool,
        Gen.String.Array[0, 3],
        Gen.Long,
        Gen.Long.Nullable(),
        Gen.String.Null(),
        Gen.String.Null(),
        Gen.Long[1, long.MaxValue],
        (id, hidden, categories, time, expiry, labels, comment, version) => new ItemRecord
        {
            ItemId = id,
            IsHidden = hidden,
            Categories = categories,
            TimestampMs = time,
            ExpiresAtMs = expiry,
            LabelsJson = labels,
            Comment = comment,
            Version = version,
        });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Codec_AnyItem_IsItAgain() => AnyItem.Sample(item => AssertSame(item, ItemRecordCodec.Decode(ItemRecordCodec.Encode(item))));

    [Fact]
    public void Codec_NewerFormat_IsRefused()
    {
        var bytes = ItemRecordCodec.Encode(Item("a"));
        bytes[0]++;
        Assert.Throws<InvalidDataException>(() => ItemRecordCodec.Decode(bytes));
    }

    [Fact]
    public async Task PutAsync_ThenReopen_KeepsItemAndFeed()
    {
        await using (var storage = _folder.Open())
        {
            Assert.Equal(1, await storage.Catalog.PutAsync(Item("a"), None));
            Assert.Equal(2, await storage.Catalog.PutAsync(Item("b"), None));
        }

        await using var restarted = _folder.Open();
        AssertSame(Item("a"), await restarted.Catalog.GetAsync("a", None));
        Assert.Null(await restarted.Catalog.GetAsync("c", None));
        Assert.Equal(2, await restarted.Catalog.GetHeadAsync(None));
        Assert.Equal(3, await restarted.Catalog.PutAsync(Item("c"), None));
    }

    [Fact]
    public async Task ReadChangesAsync_AfterChanges_IsFoldedToTheLastOfEachItem()
    {
        await using var storage = _folder.Open();
        await storage.Catalog.PutAsync(Item("a"), None);
        await storage.Catalog.PutAsync(Item("b"), None);
        await storage.Catalog.PutAsync(Item("a") with { Version = 2 }, None);
        await storage.Catalog.DeleteAsync("b", None);
        await storage.Catalog.PutAsync(Item("c"), None);

        var all = await storage.Catalog.ReadChangesAsync(0, None).ToListAsync(None);
        var late = await storage.Catalog.ReadChangesAsync(4, None).ToListAsync(None);

        Assert.Equal([(3, "a", 2L), (4, "b", null), (5, "c", 1L)], all.Select(change => (change.Number, change.ItemId, change.Item?.Version)));
        Assert.Equal(["c"], late.Select(change => change.ItemId));
        Assert.Null(await storage.Catalog.GetAsync("b", None));
    }

    [Fact]
    public async Task ReadChangesAsync_LargeCatalog_StreamsAllInOrder()
    {
        const int items = 3000;
        await using var storage = _folder.Open();
        await Parallel.ForAsync(0, items, None, async (i, cancellationToken) => await storage.Catalog.PutAsync(Item($"item-{i}"), cancellationToken));
        var changes = await storage.Catalog.ReadChangesAsync(0, None).ToListAsync(None);

        Assert.Equal(Enumerable.Range(1, items).Select(number => (long)number), changes.Select(change => change.Number));
        Assert.Equal(items, changes.Select(change => change.ItemId).Distinct().Count());
    }

    [Fact]
    public async Task ListAsync_Paged_IsInOrdinalOrderWithoutDeleted()
    {
        string[] ids = ["b", "a", "B", "\ue000", "\U0001F600", "gone", "10"];
        await using var storage = _folder.Open();
        foreach (var id in ids)
        {
            await storage.Catalog.PutAsync(Item(id), None);
        }

        await storage.Catalog.DeleteAsync("gone", None);
        var listed = new List<string>();
        while (await storage.Catalog.ListAsync(listed.LastOrDefault(), 4, None) is { Count: > 0 } page)
        {
            listed.AddRange(page.Select(item => item.ItemId));
        }

        Assert.Equal(ids.Where(id => id != "gone").Order(StringComparer.Ordinal), listed);
    }

    private static ItemRecord Item(string id) => new()
    {
        ItemId = id,
        Categories = ["drama", "1995"],
        TimestampMs = 1_700_000_000_000,
        LabelsJson = """{"year":1995}""",
        Comment = "A title",
        Version = 1,
    };

    private static void AssertSame(ItemRecord expected, ItemRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Categories, actual.Categories);
        Assert.Equal(expected, actual with { Categories = expected.Categories });
    }
}
