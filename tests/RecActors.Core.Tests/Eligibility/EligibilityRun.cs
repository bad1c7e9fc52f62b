using System.Globalization;
using RecActors.Filters;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>
/// Asks for recommendations in every way that serves them, and checks each answer against the rules as they are written: nothing seen,
/// hidden, expired, deleted or filtered out, no item twice, no category over its cap, and as many items as were asked for whenever there
/// are so many. The seed decides everything.
/// </summary>
internal sealed class EligibilityRun(int seed, int items)
{
    private static readonly RankingEffort[] Efforts = Enum.GetValues<RankingEffort>();

    private readonly Random _random = new(seed);
    private readonly EligibilityWorld _world = new(seed, items);
    private readonly SortedDictionary<string, long> _ways = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];

    /// <summary>What was wrong, at most so many.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Answers by the way that they were asked for.</summary>
    public IReadOnlyDictionary<string, long> Ways => _ways;

    /// <summary>Answers that were shorter than asked for, since no more items were eligible.</summary>
    public long Short { get; private set; }

    /// <summary>Items that were in the answers.</summary>
    public long Listed { get; private set; }

    public void Answer(int answers)
    {
        for (var answer = 0; answer < answers && _violations.Count < 10; answer++)
        {
            _world.Move();
            Ask();
        }
    }

    private void Ask()
    {
        var (request, passes) = AnyRequest();
        var (model, user) = (_world.AnyModel(), _world.AnyUser());
        var way = _random.Next(20);
        switch (way)
        {
            case < 8:
                Check("whole", user, request, passes, _world.Engine.Recommend(model, user, request));
                break;
            case < 13:
                // As a silo does: the shards of the catalog search, the site changes items meanwhile, then the ranking answers.
                var shards = _random.Next(1, 4);
                var hits = VectorHits.Of([.. Enumerable.Range(0, shards).Select(shard =>
                    _world.Engine.SearchVectors(model, user, new CatalogShard(shard, shards), request))]);
                _world.Move();
                request = request with { NowMs = _world.NowMs };
                Check("changed between search and ranking", user, request, passes, _world.Engine.Recommend(model, user, request, hits));
                break;
            case < 17:
                Batch(model, user, request, passes);
                break;
            case < 18:
                var search = _world.Engine.SearchVectors(model, user, CatalogShard.Whole, request);
                _world.Move();
                request = request with { NowMs = _world.NowMs };
                Check("nearest", user, request, passes, _world.Engine.Nearest(model, user, request, search.Embedding), isComplete: false);
                break;
            default:
                Check("vectors in shards", user, request, passes, _world.Shards.Recommend(user, request));
                break;
        }
    }

    /// <summary>Several users' questions share one pass over the vectors.</summary>
    private void Batch(Models.ServingModel model, UserContext user, RecommendRequest request, Func<KnownItem, bool> passes)
    {
        var others = Enumerable.Range(0, _random.Next(4)).Select(_ => (_world.AnyUser(), AnyRequest().Request));
        var hits = _world.Engine.SearchVectors(model, [.. others, (user, request)], CatalogShard.Whole)[^1];
        Check("searched together", user, request, passes, _world.Engine.Recommend(model, user, request, hits));
    }

    private (RecommendRequest Request, Func<KnownItem, bool> Passes) AnyRequest()
    {
        var where = _random.Next(2) == 0 ? null : SampledPredicate.Of(_random, 3, _world.Items);
        var category = _random.Next(3) == 0 ? SampledPredicate.Pick(_random, SampledPredicate.Categories) : null;
        var depth = _random.Next(10) switch { 0 => 1000, 1 => 200, _ => 25 };
        var offset = _random.Next(4) == 0 ? _random.Next(depth) : 0;
        var request = new RecommendRequest
        {
            Count = _random.Next(depth - offset + 1),
            Offset = offset,
            Category = category,
            NowMs = _world.NowMs,
            Effort = _random.Next(3) == 0 ? Efforts[_random.Next(Efforts.Length)] : RankingEffort.Full,
            Lambda = _random.Next(12) == 0 ? (float)_random.NextDouble() : null,
            Exploration = _random.Next(12) == 0 ? (float)_random.NextDouble() : 0,
            ExplorationSeed = _random.NextInt64(),
            Where = ItemFilter.Of(where?.Steps, _world.Catalog),
            Caps = _random.Next(6) == 0 ? [new(null, _random.Next(5)), new("red", _random.Next(40))] : [],
            Boosts = _random.Next(6) == 0
                ? [new ScoreBoost(ItemFilter.Of(SampledPredicate.Of(_random, 1, _world.Items).Steps, _world.Catalog)!, _random.Next(-3, 4))]
                : [],
        };
        return (request, item => (where is null || where.Passes(item)) && (category is null || item.Categories.Contains(category)));
    }

    private void Check(string way, UserContext user, RecommendRequest request, Func<KnownItem, bool> passes, EngineAnswer answer, bool isComplete = true)
    {
        _ways[way] = _ways.GetValueOrDefault(way) + 1;
        Listed += answer.Items.Count;
        var listed = answer.Items.Select(item => item.ItemId).ToHashSet(StringComparer.Ordinal);
        Demand(listed.Count == answer.Items.Count, "an item is listed twice");
        foreach (var item in answer.Items)
        {
            Demand(_world.Catalog.IdOf(item.Row) == item.ItemId, $"{item.ItemId} has another's row");
            Demand(_world.Known.TryGetValue(item.ItemId, out var known) && IsEligible(known), $"{item.ItemId} is not eligible: {known}");
        }

        var most = _world.Known.Values.Count(IsEligible);
        var exist = Math.Clamp(most - request.Offset, 0, request.Count);
        if (request.Caps.Count == 0)
        {
            Demand(!isComplete || listed.Count == exist, $"{listed.Count} items, and {exist} exist");
        }
        else
        {
            CheckCaps();
        }

        Short += listed.Count < request.Count ? 1 : 0;

        bool IsEligible(KnownItem item) =>
            !item.IsHidden
            && (item.ExpiresAtMs is not { } expiry || expiry > request.NowMs)
            && passes(item)
            && !(_world.Catalog.TryGetRow(item.Id, out var row) && user.Seen.Contains(row));

        void CheckCaps()
        {
            var counts = listed.SelectMany(id => _world.Known[id].Categories).CountBy(name => name).ToDictionary(StringComparer.Ordinal);
            Demand(counts.All(count => count.Value <= CapOf(count.Key)), "a category is over its cap");

            // A longer list may exist where items have several categories; but none that only adds to this one.
            if (isComplete && request.Offset == 0 && listed.Count < request.Count)
            {
                Demand(
                    !_world.Known.Values.Any(item => IsEligible(item) && !listed.Contains(item.Id)
                        && item.Categories.All(name => counts.GetValueOrDefault(name) < CapOf(name))),
                    "an item that has room in its categories is left out");
            }
        }

        int CapOf(string category) => request.Caps.First(cap => cap.Category == category || (cap.Category is null && category != "red")).Most;

        void Demand(bool holds, string what)
        {
            if (!holds)
            {
                _violations.Add(string.Create(
                    CultureInfo.InvariantCulture, $"seed {seed}, {way}, model {answer.ModelVersion}, n {request.Count}, offset {request.Offset}: {what}"));
            }
        }
    }
}
