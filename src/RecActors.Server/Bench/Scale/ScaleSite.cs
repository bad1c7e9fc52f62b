using RecActors.Catalog;
using RecActors.CommandLine;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.ItemToItem;
using RecActors.Journal;
using RecActors.Models;
using RecActors.Retrieval;
using Spectre.Console;

namespace RecActors.Bench.Scale;

/// <summary>
/// Writes a synthetic site into a data folder, as an import and a trainer would: items and actions into the stores, then a silo on them whose
/// item statistics become part of a bundle, which is published and promoted. A folder that is complete is used again.
/// </summary>
internal sealed class ScaleSite(ScaleShape shape, DirectoryInfo sites, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Written last: without it the folder is made anew.</summary>
    private const string Marker = "complete";

    private const int WindowItems = 4_096;
    private const int WindowActions = 16_384;
    private const string FeedbackType = "watch";

    private long NowMs { get; } = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The site's data folder, made if it is not there. Minutes for millions of items or users.</summary>
    public async Task<DirectoryInfo> PrepareAsync(CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(Path.Combine(sites.FullName, shape.Name));
        var marker = Path.Combine(folder.FullName, Marker);
        if (File.Exists(marker))
        {
            return folder;
        }

        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        folder.Create();
        using (var host = await BenchStores.OpenAsync(folder, cancellationToken))
        {
            await WriteAsync(host, cancellationToken);
        }

        await File.WriteAllTextAsync(marker, $"{shape}\n", cancellationToken);
        return folder;
    }

    private async Task WriteAsync(IHost host, CancellationToken cancellationToken)
    {
        var catalog = new SyntheticCatalog(shape.Items);
        await console.Bars().StartAsync(async context =>
        {
            await PartAsync(context, "items", shape.Items, bar => WriteItemsAsync(host.Services.GetRequiredService<ICatalogStore>(), catalog, bar, cancellationToken));
            await PartAsync(context, "actions", shape.Actions, bar => WriteActionsAsync(host.Services.GetRequiredService<IUserJournal>(), catalog, bar, cancellationToken));
            await PartAsync(context, "steps to a model", 4, bar => PromoteAsync(host, catalog, bar, cancellationToken));
        });
        await host.StopAsync(CancellationToken.None);
    }

    private static async Task PartAsync(ProgressContext context, string what, long count, Func<Action<long>, Task> write)
    {
        var bar = context.AddTask($"{what}: {0:N0} of {count:N0}", maxValue: Math.Max(1, count));
        await write(done =>
        {
            bar.Value = done;
            bar.Description = $"{what}: {done:N0} of {count:N0}";
        });
        bar.StopTask();
    }

    private async Task WriteItemsAsync(ICatalogStore store, SyntheticCatalog catalog, Action<long> done, CancellationToken cancellationToken)
    {
        for (var from = 0; from < catalog.Items; from += WindowItems)
        {
            var count = Math.Min(WindowItems, catalog.Items - from);
            await Task.WhenAll(Enumerable.Range(from, count)
                .Select(item => store.PutAsync(catalog.Record(item, NowMs) with { Version = 1 }, cancellationToken).AsTask()));
            done(from + count);
        }
    }

    private async Task WriteActionsAsync(IUserJournal journal, SyntheticCatalog catalog, Action<long> done, CancellationToken cancellationToken)
    {
        var written = 0L;
        for (var user = 0; user < shape.Users;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var window = new List<(string UserId, int[] Items)>();
            for (var actions = 0; user < shape.Users && actions < WindowActions; user++)
            {
                window.Add((ScaleShape.UserId(user), catalog.History(user, user < shape.Askers ? shape.History : ScaleShape.FewActions)));
                actions += window[^1].Items.Length;
            }

            // Owned for a window only: so many owners would not fit into memory.
            var owned = new OwnedJournals(journal);
            await owned.OpenAsync(window.Select(one => one.UserId), cancellationToken);
            await Task.WhenAll(window.Select(one => owned.AppendAsync(one.UserId, Entries(one.Items), cancellationToken)));
            written += window.Sum(one => one.Items.Length);
            done(written);
        }
    }

    private List<FeedbackEntry> Entries(int[] items) =>
    [
        .. items.Select((item, place) => new FeedbackEntry(
            FeedbackOperation.Add, FeedbackType, ScaleShape.ItemId(item), 1, NowMs - ((items.Length - place) * (long)TimeSpan.MillisecondsPerMinute), EventHash: 0)),
    ];

    private async Task PromoteAsync(IHost host, SyntheticCatalog catalog, Action<long> done, CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        await host.Services.GetRequiredService<ISiloReadiness>().WaitUntilStartedAsync(cancellationToken);
        done(1);
        var registry = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IModelRegistryGrain>(0);
        var ticket = await registry.ReserveAsync(cancellationToken);
        var replica = host.Services.GetRequiredService<CatalogReplica>();
        var cut = await host.Services.GetRequiredService<IUserJournal>().GetHeadAsync(cancellationToken);
        var bundle = ModelIndexes.WithIndexes(
            new SyntheticModel(catalog).Create(ticket.Version, cut.Value, shape.Actions, host.Services.GetRequiredService<ItemStatistics>().Export(replica.IdOf)),
            new IndexOptions { BuildThreads = Environment.ProcessorCount },
            forShards: false,
            cancellationToken);
        done(2);
        await host.Services.GetRequiredService<IBundleStore>().SaveAsync(BundleCodec.Encode(bundle), cancellationToken);
        done(3);
        var description = new ModelDescription { Version = ticket.Version, CreatedMs = NowMs, Reason = bundle.Manifest.Reason, JournalCut = cut.Value, Items = shape.Items, Events = shape.Actions };
        var promotion = await registry.PublishAsync(ticket, description, cancellationToken)
            ? await registry.PromoteAsync(ticket.Version, cancellationToken)
            : throw new InvalidOperationException("Something else publishes models into the folder.");
        if (!promotion.Promoted)
        {
            throw new InvalidOperationException($"The synthetic model was refused: {promotion.Message}");
        }

        done(4);
    }
}
