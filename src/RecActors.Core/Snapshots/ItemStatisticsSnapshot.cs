using RecActors.ItemToItem;

namespace RecActors.Snapshots;

/// <summary>Item statistics with every action up to a position of the journals, and none after it. Immutable by agreement.</summary>
/// <param name="Position">The position.</param>
/// <param name="ModelVersion">The model whose statistics they began with, 0 for none: a refit recounts, and another model begins anew.</param>
/// <param name="Rules">A hash of the options by which actions were counted.</param>
/// <param name="State">The statistics but for recent popularity.</param>
/// <param name="Recency">Recent popularity, exactly.</param>
public sealed record ItemStatisticsSnapshot(long Position, long ModelVersion, ulong Rules, ItemStatisticsState State, RecencyState Recency);
