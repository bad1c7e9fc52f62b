using System.Runtime.InteropServices;

namespace RecActors.Snapshots;

/// <summary>What the users' histories say of how actions count, so that those who count them later need no history. Not thread-safe.</summary>
public sealed class ReducedActions
{
    private readonly List<ReducedAction> _actions = [];
    private readonly List<int> _sources = [];

    /// <summary>How many there are.</summary>
    public int Count => _actions.Count;

    /// <summary>One of them, in the order in which they were added.</summary>
    public ReducedAction this[int index] => _actions[index];

    /// <summary>Rows of the earlier items that an action makes pairs with, newest first.</summary>
    public ReadOnlySpan<int> SourcesOf(scoped in ReducedAction action) => CollectionsMarshal.AsSpan(_sources).Slice(action.FirstSource, action.Sources);

    /// <summary>Adds an action.</summary>
    /// <param name="position">Where the journals have it: an action of one user and no other.</param>
    /// <param name="isRepeat">The user has acted on the item before.</param>
    /// <param name="sources">Rows of the earlier items that it makes pairs with, newest first.</param>
    public void Add(long position, bool isRepeat, ReadOnlySpan<int> sources)
    {
        _actions.Add(new ReducedAction(position, isRepeat, _sources.Count, sources.Length));
        _sources.AddRange(sources);
    }

    /// <summary>Forgets them, and keeps the room.</summary>
    public void Clear()
    {
        _actions.Clear();
        _sources.Clear();
    }
}

/// <summary>An action of <see cref="ReducedActions"/>.</summary>
/// <param name="Position">Where the journals have it.</param>
/// <param name="IsRepeat">The user has acted on the item before.</param>
/// <param name="FirstSource">Where its sources begin.</param>
/// <param name="Sources">How many there are.</param>
public readonly record struct ReducedAction(long Position, bool IsRepeat, int FirstSource, int Sources);
