using RecActors.Users;

namespace RecActors.Feedback;

/// <summary>
/// The parts of a batch that users' actors of this process have been handed, and one promise for all of them: a task for each would cost more than
/// most do.
/// </summary>
internal sealed class HandedParts
{
    private readonly TaskCompletionSource _allSettled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<UserPart> _parts;
    private int _open;

    private HandedParts(IReadOnlyList<UserPart> parts) => (_parts, _open) = (parts, parts.Count + 1);

    /// <summary>The parts of users who do not live in this process: nothing was done with them.</summary>
    public IReadOnlyList<UserPart> Others { get; private set; } = [];

    /// <summary>How many were handed over.</summary>
    public int Count => _parts.Count - Others.Count;

    /// <summary>Completes when all that were handed over are settled.</summary>
    public Task AllSettled => _allSettled.Task;

    /// <summary>Hands over what can be.</summary>
    public static HandedParts Hand(IReadOnlyList<UserPart> parts, IUserIntake intake)
    {
        var handed = new HandedParts(parts);

        // Turns run without a context of whoever queues them: the scheduler would end its flow for each of them, and allocate one for that.
        var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        try
        {
            handed.Others = HandAll(handed, intake) ?? handed.Others;
        }
        finally
        {
            flow?.Undo();
        }

        handed.Settle(1 + handed.Others.Count);
        return handed;
    }

    private static List<UserPart>? HandAll(HandedParts handed, IUserIntake intake)
    {
        List<UserPart>? others = null;
        for (var i = 0; i < handed._parts.Count; i++)
        {
            if (!handed._parts[i].TryHand(intake, handed))
            {
                (others ??= []).Add(handed._parts[i]);
            }
        }

        return others;
    }

    /// <summary>So many more are settled.</summary>
    public void Settle(int parts)
    {
        if (Interlocked.Add(ref _open, -parts) == 0)
        {
            _allSettled.SetResult();
        }
    }

    /// <summary>Takes down what became of the parts. Those that have failed, or are not settled, are to be gone on with; null when there is none.</summary>
    public List<UserPart>? Collect()
    {
        List<UserPart>? rest = null;
        for (var i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].IsHanded && !_parts[i].TryCollect())
            {
                (rest ??= []).Add(_parts[i]);
            }
        }

        return rest;
    }
}
