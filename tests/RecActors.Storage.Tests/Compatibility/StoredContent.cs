using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.GrainState;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Storage;

namespace RecActors.Compatibility;

/// <summary>Known content with every kind of row in it: what the golden folders hold, and what must be read from them.</summary>
internal static class StoredContent
{
    private const long Time = 1_700_000_000_000;
    private const long BundleVersion = 7;

    private static readonly GrainId Ann = GrainId.Create("recactors.user", "ann");

    /// <summary>More than a snapshot chunk of entries of every kind; the first hundred are folded, the others still in the log.</summary>
    private static readonly FeedbackEntry[] Entries =
    [
        .. Enumerable.Range(0, 100).Select(number => new FeedbackEntry(FeedbackOperation.Add, "read", $"item-{number}", 1, Time + (number * 1000), (ulong)number)),
        new(FeedbackOperation.Set, "rating", "item-1", 3.5, Time + 1, 42),
        new(FeedbackOperation.Add, "a type of the site's own", "ü \ud83c\udfb8", 1e-9, -1, ulong.MaxValue, "a comment"),
        new(FeedbackOperation.Remove, "read", "item-3", 0, Time, 0),
        new(FeedbackOperation.Add, "purchase", "item-4", 0.25, Time + 999, 0),
    ];

    private static readonly ItemRecord Item = new()
    {
        ItemId = "ü \ud83c\udfb8",
        Version = 3,
        IsHidden = true,
        Categories = ["a", "b"],
        TimestampMs = Time,
        ExpiresAtMs = Time + 1,
        LabelsJson = """{"name":"Amélie"}""",
        Comment = "seen at sea",
    };

    public static async Task FillAsync(EmbeddedStorage storage, CancellationToken cancellationToken)
    {
        await FillAsync(storage.Journal, storage.Catalog, storage.Bundles, () => storage.Checkpointer.CheckpointAsync(cancellationToken), cancellationToken);
        await WithGrainStorageAsync(storage, provider => provider.WriteStateAsync("profile", Ann, new GrainState<List<string>>(["a", "b"])));
    }

    /// <param name="journal">An empty journal.</param>
    /// <param name="catalog">An empty catalog.</param>
    /// <param name="bundles">An empty store of bundles.</param>
    /// <param name="settle">Brings what was written so far into its lasting form.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task FillAsync(
        IUserJournal journal, ICatalogStore catalog, IBundleStore bundles, Func<Task> settle, CancellationToken cancellationToken)
    {
        var opened = await journal.OpenAsync("ann", cancellationToken);
        await journal.AppendAsync("ann", opened.Epoch, 0, Entries[..100], cancellationToken);
        await journal.RegisterAsync("bob", cancellationToken);
        var gone = await journal.OpenAsync("gone", cancellationToken);
        await journal.AppendAsync("gone", gone.Epoch, 0, Entries[..1], cancellationToken);
        await journal.DeleteAsync("gone", cancellationToken);
        await settle();
        await journal.AppendAsync("ann", opened.Epoch, 100, Entries[100..], cancellationToken);

        await catalog.PutAsync(Item, cancellationToken);
        await catalog.PutAsync(Item with { ItemId = "deleted" }, cancellationToken);
        await catalog.DeleteAsync("deleted", cancellationToken);
        await bundles.SaveAsync(
            new BundleFiles(BundleVersion, new Dictionary<string, ReadOnlyMemory<byte>> { ["manifest.json"] = "{}"u8.ToArray() }), cancellationToken);
    }

    public static async Task AssertHeldAsync(EmbeddedStorage storage, CancellationToken cancellationToken)
    {
        await AssertHeldAsync(storage.Journal, storage.Catalog, storage.Bundles, cancellationToken);
        var state = new GrainState<List<string>>([]);
        await WithGrainStorageAsync(storage, provider => provider.ReadStateAsync("profile", Ann, state));
        Assert.Equal(["a", "b"], state.State);
    }

    public static async Task AssertHeldAsync(IUserJournal journal, ICatalogStore catalog, IBundleStore bundles, CancellationToken cancellationToken)
    {
        Assert.Equal(Entries, await journal.ReadAsync("ann", cancellationToken));
        Assert.Equal(["ann", "bob"], (await journal.ListUsersAsync(null, 10, cancellationToken)).Order(StringComparer.Ordinal));
        foreach (var item in Entries.Select(entry => entry.ItemId).Distinct())
        {
            Assert.Equal(["ann"], await journal.ListUsersOfItemAsync(item, null, 10, cancellationToken));
        }

        var records = await journal.ReadRangeAsync(
            JournalPosition.Start, await journal.GetHeadAsync(cancellationToken), cancellationToken).ToListAsync(cancellationToken);
        Assert.Equal(Entries, records.Where(record => record.UserId == "ann").Select(record => record.Entry));

        var stored = await catalog.GetAsync(Item.ItemId, cancellationToken);
        Assert.Equal(Item.Categories, stored!.Categories);
        Assert.Equal(Item, stored with { Categories = Item.Categories });
        var changes = await catalog.ReadChangesAsync(0, cancellationToken).ToListAsync(cancellationToken);
        Assert.Equal([(1, Item.ItemId, false), (3, "deleted", true)], changes.Select(change => (change.Number, change.ItemId, change.Item is null)));
        Assert.Equal("{}"u8.ToArray(), (await bundles.LoadAsync(BundleVersion, cancellationToken)).Files["manifest.json"].ToArray());
    }

    private static async Task WithGrainStorageAsync(EmbeddedStorage storage, Func<SqliteGrainStorage, Task> act)
    {
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        await act(new SqliteGrainStorage(
            "Default",
            storage.Database,
            new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>()),
            services.GetRequiredService<IActivatorProvider>()));
    }
}
