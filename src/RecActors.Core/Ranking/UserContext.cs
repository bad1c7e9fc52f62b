using RecActors.Catalog;
using RecActors.Interest;

namespace RecActors.Ranking;

/// <summary>Everything a recommendation needs to know about a user, at one user version. Immutable.</summary>
public sealed record UserContext
{
    public required string UserId { get; init; }

    /// <summary>Number of journal entries that the history was made from.</summary>
    public long UserVersion { get; init; }

    /// <summary>The window of items liked or disliked, newest first.</summary>
    public ReadOnlyMemory<HistoryItem> History { get; init; }

    /// <summary>What is not recommended again.</summary>
    public SeenRows Seen { get; init; } = SeenRows.None;

    /// <summary>The user's labels as tokens of the catalog's vocabulary: <see cref="LabelTokensOf"/>.</summary>
    public ReadOnlyMemory<int> LabelTokens { get; init; }

    /// <summary>The interest in the space of the model that ranks; null when there is no model or no action.</summary>
    public UserInterest? Interest { get; init; }

    /// <summary>
    /// A user's labels as tokens that items have, too: a label <c>path=value</c> speaks of items with the same label and of
    /// those in the category <c>value</c>. Labels that no item shares are left out.
    /// </summary>
    public static ReadOnlyMemory<int> LabelTokensOf(string? labelsJson, TokenVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (string.IsNullOrEmpty(labelsJson))
        {
            return default;
        }

        var tokens = new SortedSet<int>();
        foreach (var label in LabelTokens(labelsJson))
        {
            if (vocabulary.TryGet(label, out var token))
            {
                tokens.Add(token);
            }
        }

        return tokens.ToArray();

        static IEnumerable<string> LabelTokens(string? json) =>
            Catalog.LabelTokens.Parse(json).SelectMany(label => new[] { label, "category=" + label[(label.IndexOf('=', StringComparison.Ordinal) + 1)..] });
    }
}
