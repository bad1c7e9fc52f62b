using RecActors.Ranking;
using RecActors.Retrieval;
using RecActors.Sequences;
using RecActors.Sharding;

namespace RecActors.Models;

/// <summary>An index that comes with the bundle instead of being built at every start.</summary>
public sealed class StoredIndexTests
{
    private static readonly IndexOptions Always = new() { FromRows = 1 };

    private static ModelBundle Indexed(GeneratedWorld world) => ModelIndexes.WithIndexes(world.Bundle, Always, forShards: false, TestContext.Current.CancellationToken);

    [Fact]
    public void Decode_BundleWithIndex_TheSameIndex()
    {
        var world = new GeneratedWorld(seed: 21, items: 300);
        var bundle = Indexed(world);
        Assert.Equivalent(bundle.Index, BundleCodec.Decode(BundleCodec.Encode(bundle)).Index, strict: true);
        Assert.Equivalent(bundle.SequenceIndex, BundleCodec.Decode(BundleCodec.Encode(bundle)).SequenceIndex, strict: true);
        Assert.DoesNotContain(BundleCodec.Encode(world.Bundle).Files.Keys, file => file is BundleCodec.IndexFile or BundleCodec.SequenceIndexFile);
        Assert.Null(ModelIndexes.WithIndexes(world.Bundle, new IndexOptions(), forShards: false, TestContext.Current.CancellationToken).Index);
    }

    [Fact]
    public void Bind_BundleWithIndex_SearchesByIt()
    {
        var world = new GeneratedWorld(seed: 22, items: 400);
        var bundle = Indexed(world);
        using var model = ServingModel.Bind(bundle, world.Catalog, Always);
        var index = model.Vectors.Index!;
        Assert.Equal(bundle.Index!.Centroids, index.Lists.Centroids);
        Assert.Equal((bundle.Index.Reach, bundle.Index.ReachOfMany), (index.Reach, index.ReachFor(int.MaxValue)));
        Assert.Equal(new IndexQuality(bundle.Index.Recall, bundle.Index.Scanned), index.Quality);
        Assert.Equal(("embedding", bundle.ItemIds.Count), ModelIndexes.Reports(model, Always)[0] is var report ? (report.Source, report.Rows) : default);
        for (var item = 0; item < bundle.ItemIds.Count; item++)
        {
            Assert.True(world.Catalog.TryGetRow(bundle.ItemIds[item], out var row));
            Assert.Equal(bundle.Index.Lists[item], index.Lists.ListOf(row));
        }

        for (var row = 0; row < model.Vectors.Count; row += 7)
        {
            if (!model.Vectors.HasVector(row))
            {
                continue;
            }

            var query = model.Vectors.Row(row);
            Assert.Equal(
                ExactRetriever.Search(model.Vectors, query, model.Similarity, 10, default(AnyRow)),
                index.Search(query, 10, default(AnyRow), InvertedFile.Everywhere, out _));
        }
    }

    [Fact]
    public void Bind_BundleWithIndexOfItsSequenceModel_FindsWhatTheScanFinds()
    {
        var world = new GeneratedWorld(seed: 29, items: 400);
        var bundle = Indexed(world);
        using var model = ServingModel.Bind(bundle, world.Catalog, Always);
        var (outputs, index) = (model.Sequence!.Outputs, model.Sequence.Outputs.Index!);
        Assert.Equal(["embedding", "sequence"], ModelIndexes.Reports(model, Always).Select(report => report.Source));
        Assert.False(ModelIndexes.IsStale(model, Always));
        Assert.Equal(bundle.SequenceIndex!.Centroids, index.Lists.Centroids);
        for (var slot = 0; slot < outputs.Count; slot++)
        {
            var query = outputs.Row(slot);
            Assert.Equal(
                ExactRetriever.Search(outputs, query, SequenceEncoder.Similarity, 10, default(AnyRow)),
                index.Search(query, 10, default(AnyRow), InvertedFile.Everywhere, out _));

            // By another order than the bundle's items have: each is in the list that it was put into.
            Assert.Equal(bundle.SequenceIndex.Lists[bundle.Sequence!.ItemIds.ToList().IndexOf(world.Catalog.IdOf(model.Sequence.RowOf(slot)))], index.Lists.ListOf(slot));
        }
    }

    [Fact]
    public void BindSharded_BundleWithIndexes_OfTheSequenceModelAlone()
    {
        var world = new GeneratedWorld(seed: 30, items: 300);
        var bundle = ModelIndexes.WithIndexes(world.Bundle, Always, forShards: true, TestContext.Current.CancellationToken);
        Assert.Null(bundle.Index);
        using var model = ServingModel.BindSharded(bundle, bundle.ItemIds, world.Catalog, new ItemVectorCache(world.Catalog, 100), Always);
        Assert.Equal("sequence", Assert.Single(ModelIndexes.Reports(model, Always)).Source);
    }

    [Fact]
    public void Bind_ItemsThatTheIndexDoesNotKnow_InTheirNearestListsUnlessTheyAreTooMany()
    {
        var world = new GeneratedWorld(seed: 23, items: 300);
        var bundle = Indexed(world);
        var known = bundle.ItemIds.Count;
        using var some = Bind(known * 3 / 4);
        Assert.Equal(some.Searched.First().Table.Index!.Lists.Rows, Enumerable.Range(0, some.Vectors.Count).Count(some.Vectors.HasVector));

        // They are as if they had changed since: recall is measured again, in the background, and as many as an index is built anew for have it built anew.
        Assert.True(ModelIndexes.IsStale(some, Always));
        Assert.DoesNotContain(ModelIndexes.Reports(some, Always), report => report.Source == "embedding");
        var before = some.Vectors.Index;
        Assert.Contains(ModelIndexes.Refresh(some, Always, TestContext.Current.CancellationToken), report => report.Source == "embedding");
        Assert.Same(before, some.Vectors.Index);
        Assert.Contains(ModelIndexes.Reports(some, Always), report => report.Source == "embedding");
        using var few = Bind(known * 3 / 5);
        Assert.False(few.IsIndexed);

        ServingModel Bind(int indexed) => ServingModel.Bind(
            bundle with { Index = bundle.Index! with { Lists = [.. bundle.Index.Lists.Select((list, item) => item < indexed ? list : -1)] } }, world.Catalog, Always);
    }

    [Fact]
    public void Bind_AnotherRecallAskedFor_MeasuredAgain()
    {
        var world = new GeneratedWorld(seed: 24, items: 300);
        var bundle = Indexed(world);
        var other = new IndexOptions { FromRows = 1, Recall = 0.9 };
        using var model = ServingModel.Bind(bundle, world.Catalog, other);
        Assert.True(model.IsIndexed);
        Assert.True(ModelIndexes.IsStale(model, other));
        var before = model.Vectors.Index;
        ModelIndexes.Refresh(model, other, TestContext.Current.CancellationToken);
        Assert.Same(before, model.Vectors.Index);
        Assert.False(ModelIndexes.IsStale(model, other));
    }

    [Fact]
    public void Bind_FewerRowsThanAnIndexIsFor_Scans()
    {
        var world = new GeneratedWorld(seed: 25, items: 300);
        var bundle = Indexed(world);
        using var scanned = ServingModel.Bind(bundle, world.Catalog, new IndexOptions());
        using var evaluated = ServingModel.Bind(bundle, world.Catalog);
        Assert.False(scanned.IsIndexed);
        Assert.False(evaluated.IsIndexed);
    }

    [Fact]
    public void Bind_VectorsChangedSince_Followed()
    {
        var world = new GeneratedWorld(seed: 26, items: 300);
        using var model = ServingModel.Bind(Indexed(world), world.Catalog, Always);
        var vector = Enumerable.Repeat(9f, model.Dimensions).ToArray();
        model.Vectors.Set(model.Vectors.Count + 3, vector);
        Assert.Equal(model.Vectors.Count - 1, Assert.Single(model.Vectors.Index!.Search(vector, 1, default(AnyRow))).Row);
    }

    [Fact]
    public void Build_NoItemHasAVector_AnIndexOfNothing()
    {
        var index = InvertedFileState.Build(new float[12], dimensions: 3, Similarity.DotProduct, Always, TestContext.Current.CancellationToken);
        Assert.Equal([-1, -1, -1, -1], index.Lists);
        index.Validate(vectors: 4, dimensions: 3);
    }

    [Fact]
    public void Encode_IndexThatDoesNotFit_Refused()
    {
        var bundle = Indexed(new GeneratedWorld(seed: 27, items: 100));
        var index = bundle.Index!;
        InvertedFileState[] unfit =
        [
            index with { Lists = index.Lists[1..] },
            index with { Lists = [.. index.Lists.Select(list => list + index.Lists.Length)] },
            index with { Centroids = index.Centroids[1..] },
            index with { Reach = float.NaN },
        ];
        Assert.All(unfit, other => Assert.Throws<InvalidDataException>(() => BundleCodec.Encode(bundle with { Index = other })));
        Assert.Throws<InvalidDataException>(() => BundleCodec.Encode(bundle with { SequenceIndex = index }));
        Assert.Throws<InvalidDataException>(() => BundleCodec.Encode(bundle with { Sequence = null }));
    }

    [Fact]
    public void Decode_TornIndex_RefusedByName()
    {
        var encoded = BundleCodec.Encode(Indexed(new GeneratedWorld(seed: 28, items: 100)));
        var torn = encoded.Files.ToDictionary(file => file.Key, file => file.Value);
        torn[BundleCodec.IndexFile] = torn[BundleCodec.IndexFile][..^4];
        var failure = Assert.Throws<InvalidDataException>(() => BundleCodec.Decode(new BundleFiles(encoded.Version, torn)));
        Assert.Contains(BundleCodec.IndexFile, failure.Message, StringComparison.Ordinal);
    }
}
