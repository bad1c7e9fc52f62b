using RecActors.Catalog;

namespace RecActors.Models;

public sealed class ServingModelTests
{
    private long _number;

    [Fact]
    public void ColdStart_Anything_VersionZeroWithoutVectors()
    {
        Assert.Equal(0, ServingModel.ColdStart.Version);
        Assert.Null(ServingModel.ColdStart.FoldIn);
        Assert.Null(ServingModel.ColdStart.Ranker);
        Assert.Equal(0, ServingModel.ColdStart.Vectors.Count);
        Assert.False(ServingModel.ColdStart.Vectors.HasVector(3));
    }

    [Fact]
    public void Bind_LearnedItems_BundleVectorsInCatalogRows()
    {
        var catalog = new CatalogReplica();
        catalog.Intern("unrelated");
        Upsert(catalog, "a", "x");
        var bundle = SampleBundle.Create();
        using var model = ServingModel.Bind(bundle, catalog);
        for (var index = 0; index < bundle.ItemIds.Count; index++)
        {
            Assert.True(catalog.TryGetRow(bundle.ItemIds[index], out var row));
            Assert.Equal(bundle.ItemVector(index), model.ItemVector(row));
        }

        Assert.False(model.Vectors.HasVector(0));
    }

    [Fact]
    public void Bind_ItemKnownByContentOnly_ProjectedVector()
    {
        var catalog = new CatalogReplica();
        var row = Upsert(catalog, "new", "x");
        using var model = ServingModel.Bind(SampleBundle.Create(), catalog);
        Assert.Equal(Projected("category=x"), model.ItemVector(row));
        Assert.True(model.Vectors.HasVector(row));
    }

    [Fact]
    public void Bind_BundleThatContradictsItself_RefusedAndNotFollowing()
    {
        var catalog = new CatalogReplica();
        Assert.Throws<InvalidDataException>(() => ServingModel.Bind(SampleBundle.Create() with { Gram = [] }, catalog));
    }

    [Fact]
    public void Apply_NewItem_HasVectorBeforeTheCatalogShowsIt()
    {
        var catalog = new CatalogReplica();
        using var model = ServingModel.Bind(SampleBundle.Create(), catalog);
        var witness = new Witness(catalog, model);
        using (catalog.Subscribe(witness))
        {
            var row = Upsert(catalog, "new", "y");
            Assert.Equal([(row, false, true)], witness.Seen);
            Assert.Equal(Projected("category=y"), model.ItemVector(row));
        }
    }

    [Fact]
    public void Apply_ContentChanged_ProjectedAgain()
    {
        var catalog = new CatalogReplica();
        using var model = ServingModel.Bind(SampleBundle.Create(), catalog);
        var row = Upsert(catalog, "new", "y");
        Upsert(catalog, "new", "x");
        Assert.Equal(Projected("category=x"), model.ItemVector(row));
        Upsert(catalog, "new", "of nothing known");
        Assert.False(model.Vectors.HasVector(row));
    }

    [Fact]
    public void Apply_ContentOfLearnedItemChanged_LearnedVectorStays()
    {
        var catalog = new CatalogReplica();
        using var model = ServingModel.Bind(SampleBundle.Create(), catalog);
        var row = Upsert(catalog, "a", "x");
        Assert.Equal([0, 1, 0], model.ItemVector(row));
    }

    [Fact]
    public void Apply_Deleted_VectorStaysForHistories()
    {
        var catalog = new CatalogReplica();
        using var model = ServingModel.Bind(SampleBundle.Create(), catalog);
        var row = Upsert(catalog, "new", "x");
        catalog.Apply(new CatalogChange(++_number, "new", null));
        Assert.Equal(Projected("category=x"), model.ItemVector(row));
    }

    [Fact]
    public void Dispose_LaterItems_NotFollowed()
    {
        var catalog = new CatalogReplica();
        var model = ServingModel.Bind(SampleBundle.Create(), catalog);
        model.Dispose();
        Assert.False(model.Vectors.HasVector(Upsert(catalog, "new", "x")));
    }

    [Fact]
    public async Task Bind_WhileItemsChange_EveryItemsLastContent()
    {
        const int Items = 500;
        var catalog = new CatalogReplica();
        var started = new TaskCompletionSource();
        var writer = Task.Run(
            () =>
            {
                for (var round = 0; round < 6; round++)
                {
                    for (var item = 0; item < Items; item++)
                    {
                        Upsert(catalog, "new" + item, (item + round) % 2 == 0 ? "x" : "y");
                        started.TrySetResult();
                    }
                }
            },
            TestContext.Current.CancellationToken);
        await started.Task;
        var models = Enumerable.Range(1, 10).Select(version => ServingModel.Bind(SampleBundle.Create(version), catalog)).ToArray();
        await writer;
        foreach (var model in models)
        {
            for (var item = 0; item < Items; item++)
            {
                Assert.True(catalog.TryGetRow("new" + item, out var row));
                Assert.Equal(Projected((item + 5) % 2 == 0 ? "category=x" : "category=y"), model.ItemVector(row));
            }

            model.Dispose();
        }
    }

    private static float[] Projected(string token)
    {
        var vector = new float[SampleBundle.Dimensions];
        Assert.True(SampleBundle.Create().Projection!.Project([token], vector));
        return vector;
    }

    private int Upsert(CatalogReplica catalog, string id, string category) =>
        catalog.Apply(new CatalogChange(++_number, id, new ItemRecord { ItemId = id, Categories = [category] }));

    private sealed class Witness(CatalogReplica catalog, ServingModel model) : ICatalogObserver
    {
        public List<(int Row, bool Visible, bool HasVector)> Seen { get; } = [];

        public void OnItemChanged(int row, ItemRecord? item, ContentFeatures features) =>
            Seen.Add((row, catalog[row] is not null, model.Vectors.HasVector(row)));
    }
}
