using BenchmarkDotNet.Attributes;
using RecActors.ItemToItem;

namespace RecActors;

/// <summary>What other users' actions say of items: counting an action, and looking a history up.</summary>
public class ItemToItemBenchmarks
{
    private readonly SyntheticSite _site = new();
    private readonly ItemToItemScores _scores = new();
    private readonly LinearItemScores _moved = new();
    private readonly LinearItemScores _summed = new();

    [Benchmark]
    public void Count_an_action() => _site.Act(_site.NextUser());

    [Benchmark]
    public void Look_a_history_up()
    {
        _scores.Clear();
        _site.Statistics.Accumulate(_site.HistoryOf(_site.NextUser()).Span, ItemToItemLookup.Default, _scores);
    }

    [Benchmark]
    public void Learned_weights_after_an_action()
    {
        _site.Act(0);
        _site.Model.Linear!.Accumulate(_site.HistoryOf(0).Span, 0.9f, _moved);
    }

    [Benchmark]
    public void Learned_weights_from_scratch()
    {
        _summed.Clear();
        _site.Model.Linear!.Accumulate(_site.HistoryOf(_site.NextUser()).Span, 0.9f, _summed);
    }
}
