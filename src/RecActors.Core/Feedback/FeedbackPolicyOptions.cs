namespace RecActors.Feedback;

/// <summary>The meaning of feedback types. Names are compared without regard to case.</summary>
public sealed class FeedbackPolicyOptions
{
    /// <summary>Rules by feedback type. Configuration adds types or replaces the rules of those that are here.</summary>
    /// <value>The field's usual types.</value>
    public Dictionary<string, FeedbackRule> Types { get; init; } = UsualTypes();

    /// <summary>The rule of a type without one.</summary>
    /// <value>Interest of full weight: a site that names an action of its own means it.</value>
    public FeedbackRule UnknownType { get; set; } = new();

    /// <summary>What is wrong with the options, for people; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var (type, rule) in Types.Append(new("(unknown type)", UnknownType)))
        {
            if (!(rule.Weight is > 0 and <= 1))
            {
                yield return $"Feedback type '{type}': the weight must be above 0 and at most 1, not {rule.Weight}.";
            }

            if (rule.Kind != FeedbackKind.Rating)
            {
                continue;
            }

            if (!(double.IsFinite(rule.Minimum) && double.IsFinite(rule.Maximum) && rule.Minimum < rule.Maximum))
            {
                yield return $"Feedback type '{type}': the range of grades [{rule.Minimum}, {rule.Maximum}] is empty.";
            }

            if (!(rule.RatingFloor is >= 0 and <= 1))
            {
                yield return $"Feedback type '{type}': the rating floor must be between 0 and 1, not {rule.RatingFloor}.";
            }
        }
    }

    private static Dictionary<string, FeedbackRule> UsualTypes()
    {
        var types = new Dictionary<string, FeedbackRule>(StringComparer.OrdinalIgnoreCase);
        Add(FeedbackKind.Positive, 1f, "purchase", "order", "buy", "like", "love", "favorite", "star", "share", "subscribe", "follow", "review");
        Add(FeedbackKind.Positive, 0.9f, "cart", "add_to_cart", "wishlist", "save", "bookmark", "download");
        Add(FeedbackKind.Positive, 0.8f, "read", "click", "watch", "listen", "play", "open", "comment");
        Add(FeedbackKind.Positive, 0.6f, "view", "visit");
        Add(FeedbackKind.Negative, 1f, "dislike", "hide", "block", "report", "return", "not_interested");
        Add(FeedbackKind.Negative, 0.5f, "skip", "unlike", "remove_from_cart");
        Add(FeedbackKind.SeenOnly, 1f, "impression", "seen", "exposure");
        Add(FeedbackKind.Rating, 1f, "rating", "rate", "stars");
        return types;

        void Add(FeedbackKind kind, float weight, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                // One instance for each name: the configuration binder writes into the one it finds.
                types.Add(name, new() { Kind = kind, Weight = weight });
            }
        }
    }
}
