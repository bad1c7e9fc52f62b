using System.Runtime.InteropServices;
using RecActors.Problems;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>A batch's actions by user.</summary>
internal sealed class UserParts
{
    private readonly IReadOnlyList<PlacedAction> _actions;
    private readonly int[] _partOf;
    private readonly bool _hasAttributed;

    private UserParts(IReadOnlyList<PlacedAction> actions, int[] partOf, UserPart[] all, bool hasAttributed) =>
        (_actions, _partOf, All, _hasAttributed) = (actions, partOf, all, hasAttributed);

    /// <summary>A part for each user, in the order of their first actions.</summary>
    public IReadOnlyList<UserPart> All { get; }

    public static UserParts Split(IReadOnlyList<PlacedAction> actions)
    {
        if (actions.Count == 1)
        {
            var only = actions[0];
            return new UserParts(actions, [0], [new UserPart(only.UserId, new FeedbackBatch([only.Action]))], only.RecommendationId is not null);
        }

        // Counted first, so that every part is made in its size: nearly all of a batch that is spread over users have one action.
        var places = new Dictionary<string, int>(actions.Count, StringComparer.Ordinal);
        var partOf = new int[actions.Count];
        var counts = new List<int>(actions.Count);
        var hasAttributed = false;
        for (var i = 0; i < partOf.Length; i++)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, actions[i].UserId, out var isKnown);
            if (!isKnown)
            {
                place = counts.Count;
                counts.Add(0);
            }

            partOf[i] = place;
            hasAttributed |= actions[i].RecommendationId is not null;
            counts[place]++;
        }

        var parts = new FeedbackAction[counts.Count][];
        var all = new UserPart[counts.Count];
        for (var i = partOf.Length - 1; i >= 0; i--)
        {
            var place = partOf[i];
            var part = parts[place] ??= new FeedbackAction[counts[place]];
            part[--counts[place]] = actions[i].Action;
            if (counts[place] == 0)
            {
                all[place] = new UserPart(actions[i].UserId, new FeedbackBatch(part));
            }
        }

        return new UserParts(actions, partOf, all, hasAttributed);
    }

    /// <summary>Each action, and the part that it belongs to.</summary>
    public IEnumerable<(PlacedAction Placed, UserPart Part)> Actions() => _actions.Select((placed, index) => (placed, All[_partOf[index]]));

    /// <summary>Those of them that name a recommendation.</summary>
    public IEnumerable<(PlacedAction Placed, UserPart Part)> Attributed() =>
        _hasAttributed ? Actions().Where(action => action.Placed.RecommendationId is not null) : [];

    /// <summary>What became of each action, in the batch's order.</summary>
    public IReadOnlyList<EntryOutcome> Outcomes() =>
    [
        .. Actions().Select(action => new EntryOutcome(
            action.Placed.Place.Index, action.Placed.Place.Line, action.Part.Outcome, action.Placed.Action.EventId, action.Part.Receipt?.UserVersion)),
    ];
}
