using System.Text.Json;
using RecActors.Catalog;
using RecActors.Interest;
using RecActors.Models;
using RecActors.Retrieval;
using RecActors.Sharding;

namespace RecActors.Ranking;

/// <summary>
/// A catalog that changes all the time, with what has been said of its items kept beside it; users who have seen little, much or nearly
/// all; three models: one with an index over its vectors, one that scans them, none.
/// </summary>
internal sealed class EligibilityWorld
{
    private readonly Random _random;
    private readonly GeneratedWorld _world;
    private readonly ServingModel[] _models;

    public EligibilityWorld(int seed, int items)
    {
        _random = new Random(seed);
        Items = items;
        _world = new GeneratedWorld(seed, items, users: 20, new RankingOptions());
        for (var i = 0; i < items; i++)
        {
            Change($"i{i}");
        }

        var scanned = _world.Bind(2, GeneratedWorld.MlpOf(_random));
        ModelIndexes.Refresh(_world.Model, new IndexOptions { FromRows = 1 }, CancellationToken.None);
        Assert.True(_world.Model.IsIndexed);
        _models = [_world.Model, scanned, ServingModel.ColdStart];
        Shards = new ShardProcesses(_world, _world.Bundle, 3);
    }

    public int Items { get; }

    /// <summary>The time of the next question, in Unix milliseconds.</summary>
    public long NowMs { get; private set; } = GeneratedWorld.NowMs;

    /// <summary>Every item that the site has, by id.</summary>
    public Dictionary<string, KnownItem> Known { get; } = new(StringComparer.Ordinal);

    public RecommendationEngine Engine => _world.Engine;

    public CatalogReplica Catalog => _world.Catalog;

    public ShardProcesses Shards { get; }

    public ServingModel AnyModel() => _models[_random.Next(_models.Length)];

    /// <summary>A user with a random seen set, which holds what the history names.</summary>
    public UserContext AnyUser()
    {
        var user = _world.Users[_random.Next(_world.Users.Count)];
        var share = _random.Next(4) switch { 0 => 0, 1 => 0.02, 2 => 0.3, _ => 0.95 };
        var seen = Enumerable.Range(0, share == 0 ? 0 : Catalog.Count).Where(_ => _random.NextDouble() < share);
        return user with { Seen = SeenRows.Of(seen.Concat(user.Seen.ToArray()).Distinct()) };
    }

    /// <summary>Time goes on, and something happens to some item: hidden, shown, expiring, re-labelled, deleted, new.</summary>
    public void Move()
    {
        NowMs += _random.Next(3);
        for (var changes = _random.Next(4); changes > 0; changes--)
        {
            // Ids past the end are new, or unknown ones that histories name.
            Change(_random.Next(40) == 0 ? "unknown" : $"i{_random.Next(Items + 50)}");
        }

        Shards.Follow();
    }

    private void Change(string id)
    {
        if (_random.Next(12) == 0)
        {
            Known.Remove(id);
            _world.Delete(id);
            return;
        }

        var item = new KnownItem(id)
        {
            IsHidden = _random.Next(6) == 0,
            ExpiresAtMs = _random.Next(5) switch { 0 => NowMs, 1 => NowMs + _random.Next(2_000), 2 => NowMs - 1, _ => null },
            Categories = [.. SampledPredicate.Categories.Where(name => _random.Next(name == "rare" ? 50 : 3) == 0)],
            Maker = _random.Next(3) == 0 ? null : SampledPredicate.Pick(_random, SampledPredicate.Makers),
            Price = _random.Next(3) == 0 ? null : _random.Next(100),
            Tags = [.. SampledPredicate.Tags.Where(_ => _random.Next(3) == 0)],
        };
        Known[id] = item;
        _world.Put(new ItemRecord
        {
            ItemId = id,
            IsHidden = item.IsHidden,
            ExpiresAtMs = item.ExpiresAtMs,
            Categories = item.Categories,
            TimestampMs = NowMs - (_random.Next(100) * (long)TimeSpan.MillisecondsPerDay),
            LabelsJson = LabelsOf(item),
        });
    }

    private static string LabelsOf(KnownItem item)
    {
        var labels = new Dictionary<string, object> { ["tags"] = item.Tags };
        if (item.Maker is { } maker)
        {
            labels["maker"] = new { name = maker };
        }

        if (item.Price is { } price)
        {
            labels["price"] = price;
        }

        return JsonSerializer.Serialize(labels);
    }
}
