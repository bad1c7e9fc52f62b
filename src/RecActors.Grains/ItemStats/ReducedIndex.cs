using RecActors.Snapshots;

namespace RecActors.ItemStats;

/// <summary>Reduced actions by user and number. Safe for concurrent reads.</summary>
internal sealed class ReducedIndex
{
    private readonly ReducedActions _actions;
    private readonly Dictionary<(ulong User, long Sequence), int> _places;

    public ReducedIndex(ReducedActions actions)
    {
        _actions = actions;
        _places = new(actions.Count);
        for (var index = 0; index < actions.Count; index++)
        {
            _places[(actions[index].User, actions[index].Sequence)] = index;
        }
    }

    /// <summary>Without any.</summary>
    public static ReducedIndex Empty { get; } = new(new ReducedActions());

    /// <summary>Finds an action of a user by its number in the user's journal.</summary>
    public bool TryFind(string userId, long sequence, out bool isRepeat, out ReadOnlySpan<int> sources)
    {
        if (_places.Count == 0 || !_places.TryGetValue((ReducedLog.HashOf(userId), sequence), out var index))
        {
            isRepeat = false;
            sources = default;
            return false;
        }

        var action = _actions[index];
        isRepeat = action.IsRepeat;
        sources = _actions.SourcesOf(action);
        return true;
    }
}
