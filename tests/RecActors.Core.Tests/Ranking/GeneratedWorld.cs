using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Sequences;

namespace RecActors.Ranking;

/// <summary>
/// A small world from a seed: a catalog with hidden, expired and deleted items in three categories, users who acted on it, and a
/// model of random vectors that knows most of it.
/// </summary>
internal sealed class GeneratedWorld
{
    public const long NowMs = 1_700_000_000_000;
    private const int Dimensions = 6;
    private static readonly string[] Categories = ["red", "green", "blue"];
    private readonly Random _random;
    private long _number;

    public GeneratedWorld(int seed, int items = 60, int users = 12, RankingOptions? options = null)
    {
        _random = new Random(seed);
        for (var i = 0; i < items; i++)
        {
            Put(new ItemRecord
            {
                ItemId = $"i{i}",
                IsHidden = _random.Next(10) == 0,
                ExpiresAtMs = _random.Next(8) switch { 0 => NowMs, 1 => NowMs + 1, _ => null },
                Categories = [.. Categories.Where(_ => _random.Next(3) == 0)],
                TimestampMs = NowMs - (_random.Next(100) * (long)TimeSpan.MillisecondsPerDay),
                Comment = _random.Next(2) == 0 ? $"Title ({1950 + _random.Next(60)})" : null,
            });
            if (_random.Next(15) == 0)
            {
                Delete($"i{i}");
            }
        }

        // A history may name items that the catalog does not know.
        Catalog.Intern("unknown");
        for (var user = 0; user < users; user++)
        {
            AddUser($"u{user}", _random.Next(12));
        }

        Engine = new RecommendationEngine(Catalog, Statistics, options ?? new RankingOptions { Candidates = 20 });
        Bundle = BundleOf(1, MlpOf(_random));
        Model = ServingModel.Bind(Bundle, Catalog);
    }

    public CatalogReplica Catalog { get; } = new();

    public ItemStatistics Statistics { get; } = new(new ItemStatisticsOptions());

    public RecommendationEngine Engine { get; }

    /// <summary>What <see cref="Model"/> was made from.</summary>
    public ModelBundle Bundle { get; }

    public ServingModel Model { get; }

    public List<UserContext> Users { get; } = [];

    /// <summary>The catalog's feed so far.</summary>
    public List<CatalogChange> Changes { get; } = [];

    public int Put(ItemRecord item) => Change(item.ItemId, item);

    public void Delete(string itemId) => Change(itemId, null);

    /// <summary>The rows that an answer may name, by the rules as they are written and not as they are implemented.</summary>
    public List<int> EligibleFor(UserContext user, string? category = null)
    {
        var eligible = new List<int>();
        for (var row = 0; row < Catalog.Count; row++)
        {
            var item = Catalog[row];
            var isShown = item is not null && !item.IsHidden && (item.ExpiresAtMs is null || item.ExpiresAtMs > NowMs);
            if (isShown && !user.Seen.Contains(row) && (category is null || item!.Categories.Contains(category)))
            {
                eligible.Add(row);
            }
        }

        return eligible;
    }

    /// <summary>A model of random vectors for two items in three; the others have none.</summary>
    public ServingModel Bind(long version, RankerModel? ranker) => ServingModel.Bind(BundleOf(version, ranker), Catalog);

    private ModelBundle BundleOf(long version, RankerModel? ranker)
    {
        var ids = Enumerable.Range(0, Catalog.Count).Where(_ => _random.Next(3) > 0).Select(Catalog.IdOf).ToArray();
        var vectors = new float[ids.Length * Dimensions];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = (float)(_random.NextDouble() - 0.4);
        }

        var gram = new float[Dimensions * Dimensions];
        for (var i = 0; i < vectors.Length; i++)
        {
            for (var j = 0; j < Dimensions; j++)
            {
                gram[(i % Dimensions * Dimensions) + j] += vectors[i] * vectors[i - (i % Dimensions) + j];
            }
        }

        return new ModelBundle
        {
            Manifest = new BundleManifest { Version = version, Dimensions = Dimensions },
            ItemIds = ids,
            ItemVectors = vectors,
            FoldIn = FoldInParameters.Default with { Dimensions = Dimensions, ItemCount = ids.Length },
            Gram = gram,
            Ranker = ranker,
            Linear = SampleLinearItems.Create([.. ids.Where((_, i) => i % 5 != 0)], seed: ids.Length),
            Sequence = SampleSequences.Create([.. ids.Where((_, i) => i % 4 != 0)], Dimensions + 1, seed: ids.Length),
        };
    }

    public static RankerModel MlpOf(Random random)
    {
        var inputs = FeatureSchema.Count;
        return new RankerModel
        {
            Kind = RankerKind.Mlp,
            SchemaVersion = FeatureSchema.Version,
            Features = FeatureSchema.Names,
            Means = new float[inputs],
            Deviations = [.. Enumerable.Repeat(1f, inputs)],
            Layers = [new DenseLayer(inputs, 8, Weights(inputs * 8), Weights(8)), new DenseLayer(8, 1, Weights(8), Weights(1))],
        };

        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private int Change(string itemId, ItemRecord? item)
    {
        Changes.Add(new CatalogChange(++_number, itemId, item));
        return Catalog.Apply(Changes[^1]);
    }

    private void AddUser(string userId, int actions)
    {
        var history = new UserHistory();
        for (var i = 0; i < actions; i++)
        {
            var row = _random.Next(Catalog.Count);
            var polarity = _random.Next(6) switch { 0 => Polarity.Negative, 1 => Polarity.SeenOnly, _ => Polarity.Positive };
            var item = new HistoryItem(row, 1f, polarity, NowMs - 1000 + i);
            if (polarity != Polarity.SeenOnly)
            {
                Statistics.Observe(history.NewestFirst.AsSpan(), item);
            }

            history.Apply(row, "like", FeedbackOperation.Add, new ActionSignal(polarity, 1f), item.TimestampMs);
        }

        Users.Add(new UserContext { UserId = userId, UserVersion = actions, History = history.NewestFirst.AsMemory(), Seen = history.Seen });
    }
}
