using RecActors.Feedback;

namespace RecActors.Interest;

/// <summary>An item in a user's recent history.</summary>
/// <param name="Row">The item's row in this process' catalog.</param>
/// <param name="Weight">Strength of the newest action on the item, in (0, 1].</param>
/// <param name="Polarity"><see cref="Polarity.Positive"/> or <see cref="Polarity.Negative"/>; nothing else enters a history.</param>
/// <param name="TimestampMs">When that action happened, in Unix milliseconds, UTC.</param>
public readonly record struct HistoryItem(int Row, float Weight, Polarity Polarity, long TimestampMs);
