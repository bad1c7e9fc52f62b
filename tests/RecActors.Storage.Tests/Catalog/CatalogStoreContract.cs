namespace RecActors.Catalog;

/// <summary>What every catalog store promises. Each test has a catalog of its own.</summary>
public abstract class CatalogStoreContract
{
    protected static CancellationToken None => TestContext.Current.CancellationToken;

    /// <summary>An empty catalog.</summary>
    protected abstract Task<ICatalogStore> CatalogAsync();

    /// <summary>The same catalog in another process.</summary>
    protected abstract Task<ICatalogStore> AgainAsync();

    [Fact]
    public async Task PutAsync_ThenAnotherProcess_HasItemAndFeed()
    {
        var catalog = await CatalogAsync();
        Assert.Equal(0, await catalog.GetHeadAsync(None));
        Assert.Equal(1, await catalog.PutAsync(Item("a"), None));
        Assert.Equal(2, await catalog.PutAsync(Item("b"), None));

        var restarted = await AgainAsync();
        AssertSame(Item("a"), await restarted.GetAsync("a", None));
        Assert.Null(await restarted.GetAsync("c", None));
        Assert.Equal(2, await restarted.GetHeadAsync(None));
        Assert.Equal(3, await restarted.PutAsync(Item("c"), None));
    }

    [Fact]
    public async Task ReadChangesAsync_AfterChanges_IsFoldedToTheLastOfEachItem()
    {
        var catalog = await CatalogAsync();
        await catalog.PutAsync(Item("a"), None);
        await catalog.PutAsync(Item("b"), None);
        await catalog.PutAsync(Item("a") with { Version = 2 }, None);
        await catalog.DeleteAsync("b", None);
        await catalog.PutAsync(Item("c"), None);

        var all = await catalog.ReadChangesAsync(0, None).ToListAsync(None);
        var late = await catalog.ReadChangesAsync(4, None).ToListAsync(None);

        Assert.Equal([(3, "a", 2L), (4, "b", null), (5, "c", 1L)], all.Select(change => (change.Number, change.ItemId, change.Item?.Version)));
        Assert.Equal(["c"], late.Select(change => change.ItemId));
        Assert.Null(await catalog.GetAsync("b", None));
    }

    [Fact]
    public async Task ReadChangesAsync_LargeCatalog_StreamsAllInOrder()
    {
        const int items = 3000;
        var catalog = await CatalogAsync();
        await Parallel.ForAsync(0, items, None, async (i, cancellationToken) => await catalog.PutAsync(Item($"item-{i}"), cancellationToken));
        var changes = await catalog.ReadChangesAsync(0, None).ToListAsync(None);

        Assert.Equal(Enumerable.Range(1, items).Select(number => (long)number), changes.Select(change => change.Number));
        Assert.Equal(items, changes.Select(change => change.ItemId).Distinct().Count());
    }

    [Fact]
    public async Task ListAsync_Paged_IsInOrdinalOrderWithoutDeleted()
    {
        string[] ids = ["b", "a", "B", "\ue000", "\U0001F600", "gone", "10"];
        var catalog = await CatalogAsync();
        foreach (var id in ids)
        {
            await catalog.PutAsync(Item(id), None);
        }

        await catalog.DeleteAsync("gone", None);
        var listed = new List<string>();
        while (await catalog.ListAsync(listed.LastOrDefault(), 4, None) is { Count: > 0 } page)
        {
            listed.AddRange(page.Select(item => item.ItemId));
        }

        Assert.Equal(ids.Where(id => id != "gone").Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task PutAsync_AfterAnotherChangeThanTheLast_IsRefusedAndWritesNothing()
    {
        var catalog = await CatalogAsync();
        Assert.Equal(new CatalogChange(0, "a", null), await catalog.GetLastChangeAsync("a", None));
        Assert.Equal(1, await catalog.PutAsync(Item("a"), after: 0, None));
        Assert.Equal(2, await catalog.PutAsync(Item("a") with { Version = 2 }, after: 1, None));

        // Of an owner who has been replaced, or who never knew of the item.
        await Assert.ThrowsAsync<ItemChangedException>(async () => await catalog.PutAsync(Item("a") with { Comment = "late" }, after: 1, None));
        await Assert.ThrowsAsync<ItemChangedException>(async () => await catalog.PutAsync(Item("a") with { Comment = "late" }, after: 0, None));
        await Assert.ThrowsAsync<ItemChangedException>(async () => await catalog.DeleteAsync("a", after: 1, None));

        Assert.Equal(2, await catalog.GetHeadAsync(None));
        var last = await catalog.GetLastChangeAsync("a", None);
        Assert.Equal((2L, 2L), (last.Number, last.Item!.Version));
    }

    [Fact]
    public async Task DeleteAsync_ThenAWriterWhoDoesNotKnow_IsRefused()
    {
        var catalog = await CatalogAsync();
        await catalog.PutAsync(Item("a"), after: 0, None);
        Assert.Equal(2, await catalog.DeleteAsync("a", after: 1, None));

        await Assert.ThrowsAsync<ItemChangedException>(async () => await catalog.PutAsync(Item("a"), after: 1, None));
        await Assert.ThrowsAsync<ItemChangedException>(async () => await catalog.PutAsync(Item("a"), after: 0, None));

        Assert.Equal(new CatalogChange(2, "a", null), await catalog.GetLastChangeAsync("a", None));
        Assert.Equal(3, await catalog.PutAsync(Item("a"), after: 2, None));
        Assert.Equal(4, await catalog.PutAsync(Item("a"), None));
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
