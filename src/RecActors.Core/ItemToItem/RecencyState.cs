namespace RecActors.ItemToItem;

/// <summary>The recent popularity of all items by item id, exactly as a replica has it: what a new replica begins with.</summary>
/// <param name="Clock">Events so far, over all items.</param>
/// <param name="ItemIds">The items that have any.</param>
/// <param name="LastEpochs">Of each item, the epoch of its last event.</param>
/// <param name="Sums">Of each item, the sums of its last three epochs, the latest first.</param>
public sealed record RecencyState(long Clock, string[] ItemIds, int[] LastEpochs, long[] Sums);
