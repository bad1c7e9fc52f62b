namespace RecActors.Evaluation;

/// <summary>A question of a replay and its answer.</summary>
/// <param name="Query">The question's number.</param>
/// <param name="User">Who asked.</param>
/// <param name="TimestampMs">When.</param>
/// <param name="HistoryLength">How many items the user had seen.</param>
/// <param name="Relevant">The items that are hits.</param>
/// <param name="Items">The answer, best first.</param>
public readonly record struct ReplayAnswer(
    int Query, int User, long TimestampMs, int HistoryLength, IReadOnlySet<int> Relevant, int[] Items);
