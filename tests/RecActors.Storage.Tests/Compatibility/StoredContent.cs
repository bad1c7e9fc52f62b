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
        var opened = await storage.Journal.OpenAsync("ann", cancellationToken);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 0, Entries[..100], cancellationToken);
        await storage.Journal.RegisterAsync("bob", cancellationToken);
        var gone = await storage.Journal.OpenAsync("gone", cancellationToken);
        await storage.Journal.AppendAsync("gone", gone.Epoch, 0, Entries[..1], cancellationToken);
        await storage.Journal.DeleteAsync("gone", cancellationToken);
        await storage.Checkpointer.CheckpointAsync(cancellationToken);
        await storage.Journal.AppendAsync("ann", opened.Epoch, 100, Entries[100..], cancellationToken);

        await storage.Catalog.PutAsync(Item, cancellationToken);
        await storage.Catalog.PutAsync(Item with { ItemId = "deleted" }, cancellationToken);
        await storage.Catalog.DeleteAsync("deleted", cancellationToken);
        await WithGrainStorageAsync(storage, provider => provider.WriteStateAsync("profile", Ann, new GrainState<List<string>>(["a", "b"])));
        await storage.Bundles.SaveAsync(
            new BundleFiles(BundleVersion, new Dictionary<string, ReadOnlyMemory<byte>> { ["manifest.json"] = "{}"u8.ToArray() }), cancellationToken);
    }

    public static async Task AssertHeldAsync(EmbeddedStorage storage, CancellationToken cancellationToken)
    {
        Assert.Equal(Entries, await storage.Journal.ReadAsync("ann", cancellationToken));
        Assert.Equal(["ann", "bob"], await storage.Journal.ListUsersAsync(null, 10, cancellationToken));
        var records = await storage.Journal.ReadRangeAsync(
            JournalPosition.Start, await storage.Journal.GetHeadAsync(cancellationToken), cancellationToken).ToListAsync(cancellationToken);
        Assert.Equal(Entries, records.Where(record => record.UserId == "ann").Select(record => record.Entry));

        var item = await storage.Catalog.GetAsync(Item.ItemId, cancellationToken);
        Assert.Equal(Item.Categories, item!.Categories);
        Assert.Equal(Item, item with { Categories = Item.Categories });
        var changes = await storage.Catalog.ReadChangesAsync(0, cancellationToken).ToListAsync(cancellationToken);
        Assert.Equal([(1, Item.ItemId, false), (3, "deleted", true)], changes.Select(change => (change.Number, change.ItemId, change.Item is null)));

        var state = new GrainState<List<string>>([]);
        await WithGrainStorageAsync(storage, provider => provider.ReadStateAsync("profile", Ann, state));
        Assert.Equal(["a", "b"], state.State);
        Assert.Equal("{}"u8.ToArray(), (await storage.Bundles.LoadAsync(BundleVersion, cancellationToken)).Files["manifest.json"].ToArray());
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
