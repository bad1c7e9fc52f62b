using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Storage;

namespace RecActors.Sharding;

/// <summary>
/// What the modes cost: prints numbers, and is run by hand (<c>-explicit only</c>). Items are synthetic, of 64 dimensions, with two of
/// a hundred categories, a title and labels of about 250 bytes.
/// </summary>
public sealed class ShardingCosts(ITestOutputHelper output)
{
    private const int Dimensions = 64;
    private const int Shards = 8;
    private const int Silos = 4;

    [Fact(Explicit = true)]
    public void Memory_200kItems_BytesPerItem()
    {
        const int count = 200_000;
        var bundle = BundleOf(count);
        var before = Live();
        var full = CatalogOf(count, keepLabels: true);
        var records = Live();
        var replicated = ServingModel.Bind(bundle, full);
        var vectors = Live();
        Print("replicated: records, rows, tokens", records - before, count);
        Print("replicated: vectors", vectors - records, count);
        replicated.Dispose();

        before = Live();
        var light = CatalogOf(count, keepLabels: false);
        records = Live();
        var items = new ShardedItems(light, Shards);
        items.KeyOf(0);
        var keys = Live();
        var engine = new RecommendationEngine(light, new ItemStatistics(new ItemStatisticsOptions()), new RankingOptions());
        var sharded = ServingModel.BindSharded(bundle, bundle.ItemIds, light, new ItemVectorCache(light, 1_000));
        var model = Live();
        for (var shard = 0; shard < Shards / Silos; shard++)
        {
            sharded.Sharded!.Add(shard, VectorShard.Bind(bundle, engine, items, shard));
        }

        var share = Live();
        Print("sharded: records, rows, tokens", records - before, count);
        Print("sharded: keys and slots", keys - records, count);
        Print("sharded: facts for queries", model - keys, count);
        Print($"sharded: vectors of {Shards / Silos} shards of {Shards}", share - model, count);
        GC.KeepAlive(full);
        GC.KeepAlive(replicated);
        GC.KeepAlive(sharded);
        GC.KeepAlive(bundle);
    }

    [Fact(Explicit = true)]
    public async Task Messages_EightShards_CallsAndBytesPerRecommendation()
    {
        const int count = 20_000;
        const int users = 100;
        using var folder = new ClusterFolder();
        await WriteAsync(folder, count, users);
        var tally = new CallTally();
        await using var cluster = await RecActorsCluster.StartAsync(silos: 1, folder.Path, silo =>
        {
            silo.Services.Configure<ShardingOptions>(options => (options.Mode, options.Shards) = (CatalogMode.Sharded, Shards));
            silo.AddOutgoingGrainCallFilter(tally);
        });
        tally.Serializer = cluster.Service<Serializer>();
        await cluster.PromoteAsync(await cluster.PublishAsync(BundleOf(count)));
        foreach (var (name, query) in new (string, RecommendQuery)[]
        {
            ("first, vectors of 50 items in the history fetched", new() { Count = 10, TimestampMs = 1 }),
            ("next, plain", new() { Count = 10, TimestampMs = 1 }),
            ("next, explained", new() { Count = 10, TimestampMs = 1, Explain = true }),
        })
        {
            tally.Clear();
            for (var user = 0; user < users; user++)
            {
                Assert.NotEmpty((await cluster.User($"user-{user}").RecommendAsync(query)).Items);
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {tally.Calls / (double)users:F1} calls, {tally.Sent / users:N0} bytes sent, {tally.Received / users:N0} received"));
        }
    }

    private static async Task WriteAsync(ClusterFolder folder, int count, int users)
    {
        await using var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = folder.Path });
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
        {
            await Task.WhenAll(some.Select(i => storage.Catalog.PutAsync(ItemOf(i), default).AsTask()));
        }

        var random = new Random(1);
        for (var user = 0; user < users; user++)
        {
            var opened = await storage.Journal.OpenAsync($"user-{user}", default);
            var entries = Enumerable.Range(0, 50)
                .Select(i => new FeedbackEntry(FeedbackOperation.Add, "like", $"item-{random.Next(count):0000000}", 1, i + 1, 0)).ToList();
            await storage.Journal.AppendAsync($"user-{user}", opened.Epoch, 0, entries, default);
        }
    }

    private static CatalogReplica CatalogOf(int count, bool keepLabels)
    {
        var catalog = new CatalogReplica(keepLabels);
        for (var i = 0; i < count; i++)
        {
            catalog.Apply(new CatalogChange(i + 1, ItemOf(i).ItemId, ItemOf(i)));
        }

        return catalog;
    }

    private static ItemRecord ItemOf(int index) => new()
    {
        ItemId = $"item-{index:0000000}",
        Categories = [$"category-{index % 100}", $"category-{index * 7 % 100}"],
        TimestampMs = index + 1,
        LabelsJson = $$"""{"year":{{1950 + (index % 70)}},"maker":"maker-{{index % 1000}}","text":"{{new string('x', 200)}}"}""",
        Comment = $"A title of item {index}",
        Version = 1,
    };

    private static ModelBundle BundleOf(int count)
    {
        var random = new Random(1);
        var vectors = new float[count * Dimensions];
        foreach (ref var value in vectors.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        var gram = new float[Dimensions * Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            gram[(i * Dimensions) + i] = count / 12f;
        }

        return new ModelBundle
        {
            Manifest = new BundleManifest { Version = 1, Dimensions = Dimensions, Items = count },
            ItemIds = [.. Enumerable.Range(0, count).Select(i => ItemOf(i).ItemId)],
            ItemVectors = vectors,
            FoldIn = FoldInParameters.Default with { Dimensions = Dimensions, ItemCount = count },
            Gram = gram,
        };
    }

    private static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    private void Print(string what, long bytes, int items) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {bytes / (double)items:F0} bytes per item"));

    /// <summary>Counts calls to shards, and what they and their answers are when written as messages without their headers.</summary>
    private sealed class CallTally : IOutgoingGrainCallFilter
    {
        private long _calls;
        private long _sent;
        private long _received;

        public Serializer? Serializer { get; set; }

        public long Calls => _calls;

        public long Sent => _sent;

        public long Received => _received;

        public void Clear() => (_calls, _sent, _received) = (0, 0, 0);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            var isCounted = Serializer is not null
                && context.InterfaceMethod.DeclaringType == typeof(IVectorShardGrain)
                && context.InterfaceMethod.Name != nameof(IVectorShardGrain.LocateAsync);
            if (isCounted)
            {
                // Before the call: afterwards the request has been given back.
                Interlocked.Increment(ref _calls);
                Interlocked.Add(ref _sent, Serializer!.SerializeToArray(context.Request.GetArgument(0)).Length);
            }

            await context.Invoke();
            if (isCounted)
            {
                Interlocked.Add(ref _received, Serializer!.SerializeToArray(context.Result).Length);
            }
        }
    }
}
