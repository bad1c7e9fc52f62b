namespace RecActors.ItemToItem;

/// <summary>What an action on <paramref name="Target"/> adds to the pair with an item that the user acted on before. Increments of a pair may be summed.</summary>
/// <param name="Source">Row of the earlier item.</param>
/// <param name="Target">Row of the item acted on now.</param>
/// <param name="Transition">Added to the directed transitions, faded with the distance.</param>
/// <param name="Next">Added to the transitions at distance one.</param>
/// <param name="Cooccurrence">Added to the number of users who acted on both.</param>
public readonly record struct PairIncrement(int Source, int Target, float Transition, float Next, float Cooccurrence);
