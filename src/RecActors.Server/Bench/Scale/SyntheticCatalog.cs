using System.Globalization;
using System.Numerics.Tensors;
using RecActors.Catalog;

namespace RecActors.Bench.Scale;

/// <summary>
/// Items around cluster centres, as a factorisation leaves them: vectors of a cluster are as far from its centre as half of what centres are from each
/// other, its items share a category and tags. The lower an item's number, the more it is acted on. The same size makes the same catalog. Immutable.
/// </summary>
internal sealed class SyntheticCatalog
{
    public const int Dimensions = 64;
    private const int ItemsPerCluster = 200;
    private const float Width = 0.5f;

    /// <summary>Lengths as of implicit factors, about one.</summary>
    private const float Scale = 0.125f;

    private const int Categories = 40;
    private const int Tags = 2_000;
    private const int FirstYear = 1950;
    private const int Years = 75;

    /// <summary>Share of a user's actions that follow what all like.</summary>
    private const double PopularShare = 0.2;

    private static readonly string[] Kinds = ["Quiet", "Last", "Golden", "Broken", "Northern", "Hidden", "Second", "Endless"];
    private static readonly string[] Things = ["River", "Winter", "Letter", "Harbour", "Garden", "Machine", "Journey", "Promise"];

    private readonly int _seed;

    public SyntheticCatalog(int items, int seed = 1)
    {
        (Items, _seed) = (items, seed);
        Clusters = Math.Max(8, items / ItemsPerCluster);
        var random = new Random(seed);
        var centres = new float[(long)Clusters * Dimensions];
        Normal(random, centres, Scale);
        Vectors = new float[(long)items * Dimensions];
        for (var item = 0; item < items; item++)
        {
            var vector = Vectors.AsSpan(item * Dimensions, Dimensions);
            Normal(random, vector, Scale * Width);
            TensorPrimitives.Add(vector, centres.AsSpan(ClusterOf(item) * Dimensions, Dimensions), vector);
        }
    }

    public int Items { get; }

    public int Clusters { get; }

    /// <summary>Items × dimensions.</summary>
    public float[] Vectors { get; }

    /// <summary>VᵀV, d × d.</summary>
    public float[] Gram()
    {
        var gram = new float[Dimensions * Dimensions];
        for (var item = 0; item < Items; item++)
        {
            var vector = Vectors.AsSpan(item * Dimensions, Dimensions);
            for (var d = 0; d < Dimensions; d++)
            {
                var row = gram.AsSpan(d * Dimensions, Dimensions);
                TensorPrimitives.MultiplyAdd(vector, vector[d], row, row);
            }
        }

        return gram;
    }

    /// <summary>What a site would store of the item.</summary>
    public ItemRecord Record(int item, long nowMs)
    {
        var random = new Random(HashCode(item));
        var cluster = ClusterOf(item);
        return new ItemRecord
        {
            ItemId = ScaleShape.ItemId(item),
            Categories = [$"category {cluster % Categories}", $"category {Categories + random.Next(Categories)}"],
            LabelsJson = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"tag":["tag {{cluster % Tags}}","tag {{random.Next(Tags)}}"],"year":{{FirstYear + random.Next(Years)}}}"""),
            Comment = string.Create(CultureInfo.InvariantCulture, $"The {Kinds[random.Next(Kinds.Length)]} {Things[random.Next(Things.Length)]} ({item})"),
            TimestampMs = nowMs - (random.NextInt64(2 * 365) * (long)TimeSpan.MillisecondsPerDay),
        };
    }

    /// <summary>The distinct items of a user, in the order in which they are acted on: from a few clusters, and some of what all like.</summary>
    public int[] History(int user, int length)
    {
        const int ItemsFromCluster = 20;
        var random = new Random(HashCode(-1 - user));
        var tastes = new int[Math.Max(3, length / ItemsFromCluster)];
        for (var taste = 0; taste < tastes.Length; taste++)
        {
            tastes[taste] = ClusterOf(Popular(random));
        }

        var chosen = new HashSet<int>();
        var history = new int[Math.Min(length, Items / 2)];
        for (var place = 0; place < history.Length;)
        {
            var item = random.NextDouble() < PopularShare ? Popular(random) : OfCluster(tastes[random.Next(tastes.Length)], random);
            if (chosen.Add(item))
            {
                history[place++] = item;
            }
        }

        return history;
    }

    /// <summary>Items are dealt out to clusters by turns, so that every cluster has popular ones.</summary>
    private int ClusterOf(int item) => item % Clusters;

    private int OfCluster(int cluster, Random random)
    {
        var members = ((Items - 1 - cluster) / Clusters) + 1;
        var place = random.NextDouble();
        return cluster + ((int)(members * place * place) * Clusters);
    }

    /// <summary>By Zipf's law.</summary>
    private int Popular(Random random) => Math.Min(Items - 1, (int)Math.Exp(random.NextDouble() * Math.Log(Items)));

    private int HashCode(int number) => unchecked((number * (int)2654435761) ^ (_seed * 40503));

    private static void Normal(Random random, Span<float> values, float width)
    {
        for (var d = 0; d < values.Length; d += 2)
        {
            var radius = width * MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            (values[d], values[d + 1]) = (radius * cosine, radius * sine);
        }
    }
}
