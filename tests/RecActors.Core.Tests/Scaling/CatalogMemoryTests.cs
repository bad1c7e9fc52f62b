using RecActors.Catalog;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Scaling;

/// <summary>What a silo has of a catalog: items, what queries ask about them, vectors and the lists of their index. To be run alone.</summary>
[Collection(nameof(CatalogMemoryTests))]
[CollectionDefinition(nameof(CatalogMemoryTests), DisableParallelization = true)]
public sealed class CatalogMemoryTests(ITestOutputHelper output)
{
    private const int Items = 1_000_000;
    private const int Dimensions = 64;
    private const double MostMegabytes = 1_200;

    private readonly Random _random = new(1);
    private long _last;

    [Fact(Explicit = true)]
    public void Catalog_OfAMillionItems_TakesAtMost1200Megabytes()
    {
        _last = GC.GetTotalMemory(forceFullCollection: true);
        var before = _last;
        var catalog = new CatalogReplica();
        for (var number = 1; number <= Items; number++)
        {
            catalog.Apply(new CatalogChange(number, $"item-{number}", Item(number)));
        }

        Tell("ids, rows, records, tokens");
        var facts = RowFacts.Of(catalog);
        Tell("facts that queries ask about");
        var table = FillVectors();
        Tell("vectors");
        table.BuildIndex(Similarity.DotProduct, new IndexOptions { BuildThreads = 2 }, TestContext.Current.CancellationToken);
        Tell("lists of the index");
        var megabytes = (_last - before) / 1e6;
        GC.KeepAlive((catalog, facts, table));
        output.WriteLine($"{megabytes:F0} MB together");
        Assert.True(megabytes <= MostMegabytes, $"{megabytes:F0} MB");
    }

    /// <summary>As large as an item of <c>recactors bench scale</c>, with strings of its own, as a decoded one has.</summary>
    private ItemRecord Item(int number) => new()
    {
        ItemId = $"item-{number}",
        Version = 1,
        TimestampMs = 1_790_000_000_000 + number,
        Categories = [$"category {number % 40}", $"category {40 + _random.Next(40)}"],
        LabelsJson = $$"""{"tag":["tag {{number % 2_000}}","tag {{_random.Next(2_000)}}"],"year":{{1950 + _random.Next(75)}}}""",
        Comment = $"The Northern Harbour ({number})",
    };

    private VectorTable FillVectors()
    {
        var table = new VectorTable(Dimensions);
        table.EnsureCapacity(Items);
        var vector = new float[Dimensions];
        for (var row = 0; row < Items; row++)
        {
            for (var d = 0; d < Dimensions; d++)
            {
                vector[d] = _random.NextSingle() - 0.5f;
            }

            table.Fill(row, vector);
        }

        table.Publish(Items);
        return table;
    }

    private void Tell(string what)
    {
        var now = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine($"{(now - _last) / (double)Items:F0} bytes an item: {what}");
        _last = now;
    }
}
