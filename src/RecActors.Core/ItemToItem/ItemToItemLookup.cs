namespace RecActors.ItemToItem;

/// <summary>The item-to-item scores of a candidate.</summary>
public enum ItemToItemSignal
{
    /// <summary>Σ γᵏ P(candidate | k-th newest item) with the fast decay.</summary>
    TransitionFast = 0,

    /// <summary>The same with the slow decay.</summary>
    TransitionSlow = 1,

    /// <summary>P(candidate is the very next | newest item).</summary>
    Next = 2,

    /// <summary>Transitions in both directions, with the slow decay.</summary>
    Symmetric = 3,

    /// <summary>Cosine co-occurrence with the fast decay.</summary>
    CooccurrenceFast = 4,

    /// <summary>Cosine co-occurrence with the slow decay.</summary>
    CooccurrenceSlow = 5,
}

/// <summary>How a history is weighed when it is looked up.</summary>
public sealed record ItemToItemLookup
{
    /// <summary>The recipe's constants.</summary>
    public static ItemToItemLookup Default { get; } = new();

    /// <value>20 newest items.</value>
    public int TransitionDepth { get; init; } = 20;

    /// <value>0.5.</value>
    public float TransitionFastDecay { get; init; } = 0.5f;

    /// <value>0.8.</value>
    public float TransitionSlowDecay { get; init; } = 0.8f;

    /// <value>50 newest items.</value>
    public int CooccurrenceDepth { get; init; } = 50;

    /// <value>0.6.</value>
    public float CooccurrenceFastDecay { get; init; } = 0.6f;

    /// <value>1: none.</value>
    public float CooccurrenceSlowDecay { get; init; } = 1f;
}
