namespace RecActors.Protocols;

/// <summary>A step of a replay: a question, then an event that is fed; either may be missing.</summary>
/// <param name="Query">Number of the question in the predictions file.</param>
/// <param name="User">Who asks.</param>
/// <param name="TimestampMs">When.</param>
/// <param name="Relevant">The items that are hits; nothing is asked when the user has seen them all, or there are none.</param>
/// <param name="Fed">Index of the event that happens afterwards; −1 for none.</param>
public readonly record struct ReplayStep(int Query, int User, long TimestampMs, IReadOnlyList<int> Relevant, int Fed)
{
    /// <summary>No event.</summary>
    public const int Nothing = -1;
}
