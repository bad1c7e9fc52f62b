using System.Globalization;
using RecActors.Filters;
using RecActors.Requests;

namespace RecActors.Ranking;

/// <summary>A predicate over items as a site writes it: one of its forms.</summary>
internal sealed record PredicateBody
{
    /// <summary>All of these.</summary>
    public PredicateBody?[]? And { get; init; }

    /// <summary>Any of these.</summary>
    public PredicateBody?[]? Or { get; init; }

    /// <summary>Not this.</summary>
    public PredicateBody? Not { get; init; }

    /// <summary>In this category.</summary>
    public string? Category { get; init; }

    /// <summary>With this label, by its path: with any value, one of <see cref="In"/>, or from <see cref="From"/> to <see cref="To"/>.</summary>
    public string? Label { get; init; }

    public string?[]? In { get; init; }

    public double? From { get; init; }

    public double? To { get; init; }

    /// <summary>One of these items.</summary>
    public string?[]? Items { get; init; }

    /// <summary>Checks the predicate, remembering its faults, and appends its steps.</summary>
    public void Read(string field, Validation validation, List<PredicateStep> steps)
    {
        if (validation.IsFull || steps.Count > validation.Options.MaxPredicateSteps)
        {
            validation.Fault(default, field, $"has more than {validation.Options.MaxPredicateSteps} parts");
            return;
        }

        object?[] forms = [And, Or, Not, Category, Label, Items];
        if (forms.Count(form => form is not null) != 1 || (Label is null && (In is not null || From is not null || To is not null)))
        {
            validation.Fault(default, field, "must have exactly one of And, Or, Not, Category, Label (with In, or From and To) and Items");
        }
        else if (And is not null || Or is not null)
        {
            Join(field, And ?? Or!, And is not null ? FilterOperation.And : FilterOperation.Or, validation, steps);
        }
        else if (Not is not null)
        {
            Not.Read(field + ".Not", validation, steps);
            steps.Add(new PredicateStep(FilterOperation.Not));
        }
        else if (Category is not null)
        {
            validation.Category(default, field + ".Category", Category);
            steps.Add(new PredicateStep(FilterOperation.Category, Category));
        }
        else if (Items is not null)
        {
            steps.Add(new PredicateStep(FilterOperation.Items, Values: Texts(Items)));
        }
        else
        {
            steps.Add(From is not null || To is not null
                ? new PredicateStep(FilterOperation.Range, Label, From: From, To: To)
                : new PredicateStep(FilterOperation.Label, Label, In is null ? null : Texts(In)));
            if (In is { Length: 0 })
            {
                validation.Fault(default, field + ".In", "must have a value");
            }

            if (In is not null && (From is not null || To is not null))
            {
                validation.Fault(default, field, "has In beside From or To");
            }
        }
    }

    private static void Join(
        string field, PredicateBody?[] parts, FilterOperation operation, Validation validation, List<PredicateStep> steps)
    {
        for (var i = 0; i < parts.Length && !validation.IsFull; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{field}.{operation}[{i}]");
            if (parts[i] is { } part)
            {
                part.Read(at, validation, steps);
            }
            else
            {
                validation.Fault(default, at, "must be an object, not null");
            }
        }

        steps.Add(new PredicateStep(operation, Operands: parts.Length));
    }

    private static string[] Texts(string?[] values) => [.. values.OfType<string>()];
}
