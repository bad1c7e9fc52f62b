namespace RecActors.Filters;

/// <summary>A filter over items: steps in postfix order, whose last leaves one result.</summary>
[GenerateSerializer, Immutable, Alias("recactors.item-predicate")]
public sealed record ItemPredicate([property: Id(0)] IReadOnlyList<PredicateStep> Steps);

/// <summary>A step of a filter: what it asks of an item, or how it joins the results of the steps before.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Name">A category, or the path of a label: names joined by dots.</param>
/// <param name="Values">Values of a label, or ids of items.</param>
/// <param name="From">Lower bound of a range, included; null for none.</param>
/// <param name="To">Upper bound of a range, included; null for none.</param>
/// <param name="Operands">How many results it joins.</param>
[GenerateSerializer, Immutable, Alias("recactors.predicate-step")]
public readonly record struct PredicateStep(
    [property: Id(0)] FilterOperation Operation,
    [property: Id(1)] string? Name = null,
    [property: Id(2)] IReadOnlyList<string>? Values = null,
    [property: Id(3)] double? From = null,
    [property: Id(4)] double? To = null,
    [property: Id(5)] int Operands = 0);
