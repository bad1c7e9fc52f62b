using BenchmarkDotNet.Attributes;
using RecActors.Interest;

namespace RecActors;

/// <summary>From a history to an interest.</summary>
public class InterestBenchmarks
{
    private readonly SyntheticSite _site = new();

    /// <summary>One more action, in the sums that are kept: fold-in in both decays, and the sequence model.</summary>
    [Benchmark]
    public UserInterest Action_then_interest()
    {
        var user = _site.NextUser();
        _site.Act(user);
        return _site.Encode(user);
    }

    [Benchmark]
    public float[][] Fold_in_from_scratch() => _site.Model.FoldIn!.Encode(_site.HistoryOf(_site.NextUser()).Span, _site.Model.Vectors);

    [Benchmark]
    public float[]? Sequence_from_scratch() => _site.Model.Sequence!.Encode(_site.HistoryOf(_site.NextUser()));
}
