using System.ComponentModel.DataAnnotations;

namespace RecActors.Ranking;

/// <summary>
/// How long a recommendation may take on a silo, and what is given up when much of that has passed before the work begins, as it does under
/// overload. Answers with reasons and replays are always made in full.
/// </summary>
public sealed class RankingBudgetOptions : IValidatableObject
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Ranking:Budget";

    /// <summary>The time that an answer may take, from the user's actor on; 0 for any time.</summary>
    /// <value>200 milliseconds: full answers take a hundredth of it on a silo that keeps up, so that nothing is given up there.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Time { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Below this share of the time left, fewer candidates are ranked.</summary>
    /// <value>0.5.</value>
    [Range(0.0, 1.0)]
    public double FewerCandidatesBelow { get; set; } = 0.5;

    /// <summary>Below this share, they are not ranked but answered in the order of the merge.</summary>
    /// <value>0.25.</value>
    [Range(0.0, 1.0)]
    public double WithoutRankerBelow { get; set; } = 0.25;

    /// <summary>Below this share, the answer is what is popular.</summary>
    /// <value>0.1.</value>
    [Range(0.0, 1.0)]
    public double PopularBelow { get; set; } = 0.1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PopularBelow > WithoutRankerBelow || WithoutRankerBelow > FewerCandidatesBelow)
        {
            yield return new ValidationResult($"{Section}: PopularBelow, WithoutRankerBelow and FewerCandidatesBelow must not descend.");
        }
    }
}
