using System.Text.Json.Serialization;

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

/// <summary>How a history is weighed when it is looked up: how many of its newest items, and by how much each fades with every newer one.</summary>
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

    /// <value>30 newest items: on MovieLens in time order older ones only cost.</value>
    public int CooccurrenceDepth { get; init; } = 30;

    /// <value>0.7.</value>
    public float CooccurrenceFastDecay { get; init; } = 0.7f;

    /// <value>0.95; a profile without order is better served by 1.</value>
    public float CooccurrenceSlowDecay { get; init; } = 0.95f;

    /// <summary>Whether depths are not negative and decays are in [0, 1].</summary>
    [JsonIgnore]
    public bool IsValid => TransitionDepth >= 0 && CooccurrenceDepth >= 0
        && TransitionFastDecay is >= 0 and <= 1 && TransitionSlowDecay is >= 0 and <= 1
        && CooccurrenceFastDecay is >= 0 and <= 1 && CooccurrenceSlowDecay is >= 0 and <= 1;
}
