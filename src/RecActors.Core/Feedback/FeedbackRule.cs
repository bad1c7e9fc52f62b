namespace RecActors.Feedback;

/// <summary>How the value of a feedback type is read.</summary>
public enum FeedbackKind
{
    /// <summary>Every action is interest, of the rule's weight; the value is not read.</summary>
    Positive = 0,

    /// <summary>Every action is disinterest, of the rule's weight; the value is not read.</summary>
    Negative = 1,

    /// <summary>Every action says only that the item was seen.</summary>
    SeenOnly = 2,

    /// <summary>
    /// The value is a grade between <see cref="FeedbackRule.Minimum"/> and <see cref="FeedbackRule.Maximum"/>. Every
    /// grade is interest, since to rate an item is to have chosen it; a low grade weighs less.
    /// </summary>
    Rating = 3,

    /// <summary>Kept, without any effect on recommendations.</summary>
    Ignored = 4,
}

/// <summary>What actions of one feedback type mean. Immutable.</summary>
public sealed record FeedbackRule
{
    /// <summary>How actions of the type are read.</summary>
    public FeedbackKind Kind { get; init; } = FeedbackKind.Positive;

    /// <summary>Weight in (0, 1] of an action: of every one, or of the best grade.</summary>
    /// <value>1.</value>
    public float Weight { get; init; } = 1f;

    /// <summary>The worst grade of a rating.</summary>
    /// <value>0.5, MovieLens' least.</value>
    public double Minimum { get; init; } = 0.5;

    /// <summary>The best grade of a rating.</summary>
    /// <value>5.</value>
    public double Maximum { get; init; } = 5;

    /// <summary>
    /// The worst grade's share of <see cref="Weight"/>, in [0, 1]. Above 0, so that a low grade still says what the user
    /// chose to spend time on.
    /// </summary>
    /// <value>0.5.</value>
    public float RatingFloor { get; init; } = 0.5f;
}
