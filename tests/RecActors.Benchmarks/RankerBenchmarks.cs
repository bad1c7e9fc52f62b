using BenchmarkDotNet.Attributes;
using RecActors.Ranking;

namespace RecActors;

/// <summary>The shared MLP over the candidates of one query.</summary>
public class RankerBenchmarks
{
    private readonly SyntheticSite _site = new();
    private float[] _features = [];
    private float[] _scores = [];

    [Params(50, 200)]
    public int Candidates { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _features = _site.Numbers(Candidates * FeatureSchema.Count);
        _scores = new float[Candidates];
    }

    [Benchmark]
    public void Score() => _site.Model.Ranker!.Score(_features, Candidates, _scores);
}
