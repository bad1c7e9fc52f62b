using System.Runtime.InteropServices;
using RecActors.Problems;
using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>One user's part of a batch, in the batch's order, and what became of it.</summary>
internal sealed class UserPart(string userId)
{
    /// <summary>The outcome of an action that is durable.</summary>
    public const string Applied = "applied";

    /// <summary>The outcome of an action of an erased user.</summary>
    public const string Dropped = "erased";

    private readonly List<PlacedAction> _actions = [];
    private FeedbackBatch? _batch;

    public string UserId => userId;

    public IReadOnlyList<PlacedAction> Actions => _actions;

    /// <summary>The same batch for every attempt.</summary>
    public FeedbackBatch Batch => _batch ??= new FeedbackBatch(_actions.ConvertAll(static placed => placed.Action));

    public bool Attempted { get; set; }

    public long UserVersion { get; set; }

    /// <summary>How many of the actions were new.</summary>
    public int Appended { get; set; }

    /// <summary>Actions that were dropped since the user was erased: all, or none.</summary>
    public int Erased { get; set; }

    public Exception? Failure { get; set; }

    public static List<UserPart> Split(IReadOnlyList<PlacedAction> actions)
    {
        var parts = new List<UserPart>();
        var byUser = new Dictionary<string, UserPart>(StringComparer.Ordinal);
        foreach (var placed in actions)
        {
            ref var part = ref CollectionsMarshal.GetValueRefOrAddDefault(byUser, placed.UserId, out _);
            if (part is null)
            {
                part = new UserPart(placed.UserId);
                parts.Add(part);
            }

            part._actions.Add(placed);
        }

        return parts;
    }

    public IEnumerable<EntryOutcome> Outcomes()
    {
        var applied = Attempted && Failure is null;
        var outcome = applied ? Erased > 0 ? Dropped : Applied : Attempted ? "unknown" : "not-applied";
        long? version = applied ? UserVersion : null;
        return _actions.Select(placed =>
            new EntryOutcome(placed.Place.Index, placed.Place.Line, outcome, placed.Action.EventId, version));
    }
}
