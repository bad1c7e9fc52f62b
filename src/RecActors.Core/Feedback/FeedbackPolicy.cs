using System.Collections.Frozen;

namespace RecActors.Feedback;

/// <summary>
/// Maps an action to what it says about its user's interest. The same policy prepares the trainer's data and moves the
/// live embeddings. Immutable, thread-safe.
/// </summary>
public sealed class FeedbackPolicy
{
    private readonly FrozenDictionary<string, FeedbackRule> _rules;
    private readonly FeedbackRule _unknown;

    /// <exception cref="ArgumentException">The options are not valid; the message says what is wrong.</exception>
    public FeedbackPolicy(FeedbackPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.Join(' ', options.Errors()) is { Length: > 0 } errors)
        {
            throw new ArgumentException(errors, nameof(options));
        }

        _rules = options.Types.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _unknown = options.UnknownType;
    }

    /// <summary>The policy of the default options.</summary>
    public static FeedbackPolicy Default { get; } = new(new());

    /// <summary>What an action of this type and value says. Values outside a rating's range count as its nearest end.</summary>
    public ActionSignal SignalOf(string feedbackType, double value)
    {
        var rule = _rules.GetValueOrDefault(feedbackType, _unknown);
        return rule.Kind switch
        {
            FeedbackKind.Positive => new(Polarity.Positive, rule.Weight),
            FeedbackKind.Negative => new(Polarity.Negative, rule.Weight),
            FeedbackKind.SeenOnly => new(Polarity.SeenOnly, rule.Weight),
            FeedbackKind.Rating => new(Polarity.Positive, WeightOfGrade(rule, value)),
            _ => new(Polarity.Ignored, 0),
        };
    }

    /// <summary>What a journal entry says. An entry that removes a feedback row says nothing, one that was shown only that.</summary>
    public ActionSignal SignalOf(FeedbackEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Operation switch
        {
            FeedbackOperation.Remove => new(Polarity.Ignored, 0),
            FeedbackOperation.Show => new(Polarity.SeenOnly, 1),
            _ => SignalOf(entry.Type, entry.Value),
        };
    }

    private static float WeightOfGrade(FeedbackRule rule, double grade)
    {
        // NaN compares false with everything, so it counts as the worst grade.
        var place = grade > rule.Minimum ? Math.Min(1, (grade - rule.Minimum) / (rule.Maximum - rule.Minimum)) : 0;
        return rule.Weight * (rule.RatingFloor + ((1 - rule.RatingFloor) * (float)place));
    }
}
