using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Ranking;
using RecActors.Sequences;

namespace RecActors;

/// <summary>
/// A site of the size of MovieLens' small sample, from a seed: as many items and users, histories as long, items drawn by Zipf's law;
/// a model with every part at its default size, of random numbers. It is as much work as the real one, and recommends nonsense.
/// </summary>
internal sealed class SyntheticSite
{
    private const int Items = 9_742;
    private const int UserCount = 610;
    private const int MeanHistory = 165;
    private const int Dimensions = 64;
    private const int LinearItems = 4_000;
    private const int LinearWeights = 500;
    private const int TokensPerItem = 6;
    private const long NowMs = 1_700_000_000_000;

    private readonly Random _random = new(1);
    private readonly double[] _cumulative = Zipf();
    private readonly UserHistory[] _histories = [.. Enumerable.Range(0, UserCount).Select(_ => new UserHistory())];
    private readonly SequenceState[] _sequences;
    private readonly FoldInPool _pool = new(UserCount);
    private readonly long[] _versions = new long[UserCount];

    public SyntheticSite()
    {
        for (var item = 0; item < Items; item++)
        {
            Catalog.Apply(new CatalogChange(item + 1, $"{item}", new ItemRecord
            {
                ItemId = $"{item}",
                Categories = [.. Enumerable.Range(0, TokensPerItem / 2).Select(_ => $"genre {_random.Next(20)}").Distinct()],
                LabelsJson = $$"""{"tag":["{{_random.Next(500)}}","{{_random.Next(500)}}"],"year":{{1950 + _random.Next(70)}}}""",
                TimestampMs = NowMs - 1_000_000_000,
            }));
        }

        Engine = new RecommendationEngine(Catalog, Statistics, new RankingOptions());
        Model = ServingModel.Bind(CreateBundle(), Catalog);
        _sequences = [.. Enumerable.Range(0, UserCount).Select(_ => Model.Sequence!.CreateState())];
        for (var user = 0; user < UserCount; user++)
        {
            var actions = (int)(-Math.Log(1 - _random.NextDouble()) * MeanHistory) + 1;
            for (var action = 0; action < actions; action++)
            {
                Act(user);
            }
        }
    }

    public CatalogReplica Catalog { get; } = new();

    public ItemStatistics Statistics { get; } = new(new ItemStatisticsOptions());

    public RecommendationEngine Engine { get; }

    public ServingModel Model { get; }

    /// <summary>A user, the ones after the other.</summary>
    public int NextUser() => _random.Next(UserCount);

    public ReadOnlyMemory<HistoryItem> HistoryOf(int user) => _histories[user].NewestFirst.AsMemory();

    /// <summary>The user acts on an item, and everybody's statistics learn of it.</summary>
    public void Act(int user)
    {
        var at = Array.BinarySearch(_cumulative, _random.NextDouble() * _cumulative[^1]);
        var item = new HistoryItem(at < 0 ? ~at : at, 1, Polarity.Positive, NowMs + _versions[user]++);
        Statistics.Observe(_histories[user].NewestFirst.AsSpan(), item);
        _histories[user].Add(item);
    }

    /// <summary>The user's interest, moved as a user's grain moves it.</summary>
    public UserInterest Encode(int user) => new(Model.Version, _pool.Encode($"{user}", Model.FoldIn!, Model.Vectors, HistoryOf(user).Span))
    {
        Sequence = Model.Sequence!.Encode(HistoryOf(user), _sequences[user]),
    };

    /// <summary>What a recommendation is asked for.</summary>
    public UserContext ContextOf(int user) => new()
    {
        UserId = $"{user}",
        UserVersion = _versions[user],
        History = HistoryOf(user),
        Seen = _histories[user].Seen,
        Interest = Encode(user),
    };

    public static RecommendRequest Request { get; } = new() { NowMs = NowMs };

    public float[] Numbers(int count, double from = -0.5) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() + from))];

    private static double[] Zipf()
    {
        var sum = 0d;
        return [.. Enumerable.Range(1, Items).Select(rank => sum += 1d / rank)];
    }

    private ModelBundle CreateBundle()
    {
        string[] ids = [.. Enumerable.Range(0, Items).Select(Catalog.IdOf)];
        var vectors = Numbers(Items * Dimensions, from: -0.45);
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
            Manifest = new BundleManifest { Version = 1, Dimensions = Dimensions },
            ItemIds = ids,
            ItemVectors = vectors,
            FoldIn = FoldInParameters.Default with { Dimensions = Dimensions, ItemCount = Items },
            Gram = gram,
            Ranker = CreateRanker([64, 32]),
            Linear = new LinearItemModel
            {
                ItemIds = ids[..LinearItems],
                Starts = [.. Enumerable.Range(0, LinearItems + 1).Select(item => item * LinearWeights)],
                Targets = [.. Enumerable.Range(0, LinearItems).SelectMany(_ => Enumerable.Range(0, LinearItems).OrderBy(_ => _random.Next()).Take(LinearWeights).Order())],
                Weights = Numbers(LinearItems * LinearWeights, from: -0.3),
            },
            Sequence = new SequenceModel
            {
                Dimensions = Dimensions,
                ItemIds = ids,
                Inputs = Numbers(Items * Dimensions),
                Outputs = Numbers(Items * Dimensions),
                Decays = [0f, 0.6f, 0.9f],
                Mixing = Numbers(3 * Dimensions),
                KindGains = Numbers(ActionKind.Count),
                KindVectors = Numbers(ActionKind.Count * Dimensions),
                Temperature = 0.07f,
            },
        };
    }

    private RankerModel CreateRanker(int[] hidden)
    {
        int[] sizes = [FeatureSchema.Count, .. hidden, 1];
        return new RankerModel
        {
            Kind = RankerKind.Mlp,
            SchemaVersion = FeatureSchema.Version,
            Features = FeatureSchema.Names,
            Means = new float[sizes[0]],
            Deviations = [.. Enumerable.Repeat(1f, sizes[0])],
            Layers = [.. sizes.Zip(sizes.Skip(1), (inputs, outputs) => new DenseLayer(inputs, outputs, Numbers(inputs * outputs), Numbers(outputs)))],
        };
    }
}
