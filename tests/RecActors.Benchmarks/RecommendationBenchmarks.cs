using BenchmarkDotNet.Attributes;
using RecActors.Ranking;

namespace RecActors;

/// <summary>A recommendation without HTTP, grains and journals: what the arithmetic costs.</summary>
public class RecommendationBenchmarks
{
    private readonly SyntheticSite _site = new();
    private UserContext _context = null!;

    [GlobalSetup]
    public void Setup() => _context = _site.ContextOf(0);

    /// <summary>The user has acted since the last question, as in the bars of the whole path.</summary>
    [Benchmark]
    public EngineAnswer Action_then_question()
    {
        var user = _site.NextUser();
        _site.Act(user);
        return _site.Engine.Recommend(_site.Model, _site.ContextOf(user), SyntheticSite.Request);
    }

    /// <summary>The user is as before, and the answer is made all the same.</summary>
    [Benchmark]
    public EngineAnswer Question() => _site.Engine.Recommend(_site.Model, _context, SyntheticSite.Request);

    [Benchmark]
    public object Search_by_vectors() => _site.Engine.SearchVectors(_site.Model, _context, Retrieval.CatalogShard.Whole, SyntheticSite.Request);
}
