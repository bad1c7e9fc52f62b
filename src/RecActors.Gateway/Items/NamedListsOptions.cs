using System.ComponentModel.DataAnnotations;
using RecActors.Filters;

namespace RecActors.Items;

/// <summary>The lists that a site has named beside popular and latest, by their names.</summary>
public sealed class NamedListsOptions : IValidatableObject
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "RecActors:Lists";

    /// <summary>The lists that are there without being named.</summary>
    internal static readonly string[] Given = ["popular", "latest", "trending"];

    /// <summary>Each list below its name.</summary>
    public Dictionary<string, NamedListOptions> Named { get; set; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, list) in Named)
        {
            if (Given.Contains(name))
            {
                yield return new ValidationResult($"The list {name} is there already.", [name]);
            }

            if (list.Window is not null && list.Order != NamedListOrder.Trending)
            {
                yield return new ValidationResult($"The list {name} has a Window without the order Trending.", [name]);
            }

            if (list.Label is null && (list.In.Length > 0 || list.From is not null || list.To is not null))
            {
                yield return new ValidationResult($"The list {name} has In, From or To without a Label.", [name]);
            }

            if (list.In.Length > 0 && (list.From is not null || list.To is not null))
            {
                yield return new ValidationResult($"The list {name} has In beside From or To.", [name]);
            }
        }
    }
}

/// <summary>A list that is the same for everybody: which items, and in which order.</summary>
public sealed class NamedListOptions
{
    /// <summary>The order.</summary>
    /// <value>Popular.</value>
    public NamedListOrder Order { get; set; }

    /// <summary>The window of a list whose order is <see cref="NamedListOrder.Trending"/>, by its name.</summary>
    /// <value>The usual window: a day.</value>
    public string? Window { get; set; }

    /// <summary>Categories of which an item must have all.</summary>
    /// <value>None.</value>
    public string[] Categories { get; set; } = [];

    /// <summary>A label that an item must have, by its path; with any value, one of <see cref="In"/>, or from <see cref="From"/> to <see cref="To"/>.</summary>
    /// <value>None.</value>
    public string? Label { get; set; }

    /// <summary>Values of the label.</summary>
    public string[] In { get; set; } = [];

    /// <summary>The label's lower bound, included.</summary>
    public double? From { get; set; }

    /// <summary>The label's upper bound, included.</summary>
    public double? To { get; set; }

    /// <summary>What the list asks of an item, joined with what a request asks.</summary>
    internal ItemPredicate? Where(ItemPredicate? asked)
    {
        var steps = new List<PredicateStep>(Categories.Select(category => new PredicateStep(FilterOperation.Category, category)));
        if (Label is not null)
        {
            steps.Add(From is not null || To is not null
                ? new PredicateStep(FilterOperation.Range, Label, From: From, To: To)
                : new PredicateStep(FilterOperation.Label, Label, In));
        }

        var parts = steps.Count;
        if (asked is not null)
        {
            steps.AddRange(asked.Steps);
            parts++;
        }

        if (parts > 1)
        {
            steps.Add(new PredicateStep(FilterOperation.And, Operands: parts));
        }

        return parts == 0 ? null : new ItemPredicate(steps);
    }
}

/// <summary>The order of a named list.</summary>
public enum NamedListOrder
{
    /// <summary>The most acted on lately.</summary>
    Popular,

    /// <summary>The newest.</summary>
    Latest,

    /// <summary>Those whose users grow most.</summary>
    Trending,
}
