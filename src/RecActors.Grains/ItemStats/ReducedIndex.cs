using RecActors.Snapshots;

namespace RecActors.ItemStats;

/// <summary>Reduced actions by position. Safe for concurrent reads.</summary>
internal sealed class ReducedIndex
{
    private readonly ReducedActions _actions;
    private readonly Dictionary<long, int> _places;

    public ReducedIndex(ReducedActions actions)
    {
        _actions = actions;
        _places = new(actions.Count);
        for (var index = 0; index < actions.Count; index++)
        {
            _places[actions[index].Position] = index;
        }
    }

    /// <summary>Without any.</summary>
    public static ReducedIndex Empty { get; } = new(new ReducedActions());

    /// <summary>The place of the action that the journals have at a position; −1 when it is not here.</summary>
    public int PlaceOf(long position) => _places.TryGetValue(position, out var place) ? place : -1;

    /// <summary>Whether the action at a place is of an item that its user has acted on before.</summary>
    public bool IsRepeat(int place) => _actions[place].IsRepeat;

    /// <summary>Rows of the earlier items that the action at a place makes pairs with, newest first.</summary>
    public ReadOnlySpan<int> SourcesOf(int place) => _actions.SourcesOf(_actions[place]);
}
