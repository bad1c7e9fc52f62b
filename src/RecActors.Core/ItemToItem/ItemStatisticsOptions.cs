using System.ComponentModel.DataAnnotations;
using RecActors.Trending;

namespace RecActors.ItemToItem;

/// <summary>What <see cref="ItemStatistics"/> counts, and how much memory it may take.</summary>
public sealed record ItemStatisticsOptions : IValidatableObject
{
    /// <summary>How many of the user's previous items an action makes transitions from.</summary>
    /// <value>10.</value>
    [Range(1, 1000)]
    public int TransitionWindow { get; init; } = 10;

    /// <summary>By how much a transition fades with each item between.</summary>
    /// <value>0.8.</value>
    [Range(0, 1)]
    public float TransitionDecay { get; init; } = 0.8f;

    /// <summary>How many of the user's previous items an action co-occurs with.</summary>
    /// <value>20: on MovieLens 50 score the same and 200 worse, at the cost of as many more updates per action.</value>
    [Range(0, 1000)]
    public int CooccurrenceWindow { get; init; } = 20;

    /// <summary>Most pairs kept per item; the weakest give way.</summary>
    /// <value>1,000: on MovieLens within 1 % of no limit, and a tighter limit costs transitions most.</value>
    [Range(1, 100_000)]
    public int MaxPairsPerItem { get; init; } = 1000;

    /// <summary>Most pairs kept over all items, of 20 bytes each and some room to grow; the weakest give way. A pair counts for both of its items.</summary>
    /// <value>8,000,000.</value>
    [Range(1, int.MaxValue)]
    public int MaxPairs { get; init; } = 8_000_000;

    /// <summary>Number of actions, over all users, in which recent popularity halves. In actions and not in time, so that a quiet night forgets nothing.</summary>
    /// <value>1,400.</value>
    [Range(1, double.MaxValue)]
    public double RecentHalfLifeEvents { get; init; } = 1400;

    /// <summary>The windows of what is trending.</summary>
    public TrendingOptions Trending { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(Trending, new ValidationContext(Trending), results, validateAllProperties: true);
        return results;
    }
}
