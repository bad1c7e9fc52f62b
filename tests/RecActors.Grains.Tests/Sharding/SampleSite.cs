using RecActors.Architecture;
using RecActors.Catalog;
using RecActors.DataSets;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Storage;

namespace RecActors.Sharding;

/// <summary>
/// A site on MovieLens' small data set: all its films, the ratings of every eighth user, and a model of them that knows nine films
/// in ten. Written once into a folder, of which every cluster gets a copy.
/// </summary>
public sealed class SampleSite : IAsyncLifetime
{
    private const int Dimensions = 16;
    private readonly ClusterFolder _folder = new();

    public List<string> Users { get; } = [];

    internal ModelBundle Bundle { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await using var storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = _folder.Path });
        var films = new MovieLensFolder(SampleFolder());
        var items = films.ReadItems(new ReadReport()).ToList();
        foreach (var some in items.Chunk(500))
        {
            await Task.WhenAll(some.Select(item => storage.Catalog.PutAsync(item with { Version = 1 }, default).AsTask()));
        }

        var ratings = films.ReadFeedback(new ReadReport()).Where(rating => int.Parse(rating.UserId, null) % 8 == 0)
            .GroupBy(rating => rating.UserId, rating => rating.Entry).ToList();
        foreach (var user in ratings)
        {
            var opened = await storage.Journal.OpenAsync(user.Key, default);
            await storage.Journal.AppendAsync(user.Key, opened.Epoch, 0, [.. user], default);
        }

        Users.AddRange(ratings.Select(user => user.Key));
        Bundle = Fit(items, ratings);
    }

    /// <summary>A folder with the site, as it was written.</summary>
    internal ClusterFolder Copy()
    {
        var copy = new ClusterFolder();
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, Path.GetRelativePath(_folder.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    private static ModelBundle Fit(List<ItemRecord> items, List<IGrouping<string, FeedbackEntry>> ratings)
    {
        var known = items.Where((_, index) => index % 10 != 0).ToList();
        var columns = known.Index().ToDictionary(item => item.Item.ItemId, item => item.Index);
        var options = new ImplicitAlsOptions { Dimensions = Dimensions, Sweeps = 2 };
        var cells = ratings.Index()
            .SelectMany(user => user.Item.Where(entry => columns.ContainsKey(entry.ItemId)).Select(entry => (Row: user.Index, Column: columns[entry.ItemId])))
            .ToList();
        var factors = ImplicitAls.Fit(
            InteractionMatrix.FromEntries(
                ratings.Count,
                known.Count,
                [.. cells.Select(cell => cell.Row)],
                [.. cells.Select(cell => cell.Column)],
                [.. cells.Select(_ => 1f)]),
            options);
        var catalog = new CatalogReplica();
        var tokens = known.Select((item, index) => TokensOf(catalog, item, index)).ToList();
        var gram = new float[Dimensions * Dimensions];
        for (var i = 0; i < factors.Items.Length; i++)
        {
            for (var j = 0; j < Dimensions; j++)
            {
                gram[(i % Dimensions * Dimensions) + j] += factors.Items[i] * factors.Items[i - (i % Dimensions) + j];
            }
        }

        return new ModelBundle
        {
            Manifest = new BundleManifest { Version = 1, Dimensions = Dimensions, Items = known.Count, Reason = "test" },
            ItemIds = [.. known.Select(item => item.ItemId)],
            ItemVectors = factors.Items,
            FoldIn = FoldInParameters.Default with { Dimensions = Dimensions, ItemCount = known.Count },
            Gram = gram,
            Projection = ContentProjection.Fit(tokens, factors.Items, Dimensions, [], new ContentProjectionOptions()),
        };
    }

    private static List<string> TokensOf(CatalogReplica catalog, ItemRecord item, int index)
    {
        var row = catalog.Apply(new CatalogChange(index + 1, item.ItemId, item));
        var tokens = new List<string>();
        foreach (var token in catalog.FeaturesOf(row).Tokens)
        {
            tokens.Add(catalog.Vocabulary[token]);
        }

        return tokens;
    }

    private static string SampleFolder() => Path.Combine(RepositoryFolder.Root, "src/RecActors.Server/Sample/ml-latest-small");
}
