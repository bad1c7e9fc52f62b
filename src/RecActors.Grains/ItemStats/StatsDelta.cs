using RecActors.ItemToItem;

namespace RecActors.ItemStats;

/// <summary>Actions in this silo's rows, with the rows that each makes pairs with. Not thread-safe.</summary>
internal sealed class StatsDelta
{
    private readonly List<int> _sources = [];

    public List<StatsAction> Actions { get; } = [];

    public void Add(in ItemAction action, ReadOnlySpan<int> sources, long stamp, long position)
    {
        Actions.Add(new StatsAction(action, _sources.Count, sources.Length, stamp, position));
        _sources.AddRange(sources);
    }

    public ReadOnlySpan<int> SourcesOf(in StatsAction action) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_sources).Slice(action.FirstSource, action.Sources);
}

/// <summary>A counted action.</summary>
/// <param name="Counted">What it adds.</param>
/// <param name="FirstSource">Where the rows that it makes pairs with begin.</param>
/// <param name="Sources">How many there are.</param>
/// <param name="Stamp">Its place among all events, by which recent popularity fades.</param>
/// <param name="Position">Where the journals have it: a silo that has replayed up to there has counted it.</param>
internal readonly record struct StatsAction(ItemAction Counted, int FirstSource, int Sources, long Stamp, long Position)
{
    /// <summary>The position of an action of which only is known that it is durable.</summary>
    public const long UnknownPosition = long.MaxValue;
}
