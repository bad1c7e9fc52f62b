namespace RecActors.Filters;

/// <summary>A step of a filter in postfix order: what it asks of an item, or how it joins the results of the steps before.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Name">A category, or the path of a label: names joined by dots.</param>
/// <param name="Values">Values of a label, or ids of items.</param>
/// <param name="From">Lower bound of a range.</param>
/// <param name="To">Upper bound of a range.</param>
/// <param name="Operands">How many results it joins.</param>
public readonly record struct FilterStep(
    FilterOperation Operation,
    string? Name = null,
    IReadOnlyList<string>? Values = null,
    double From = double.NegativeInfinity,
    double To = double.PositiveInfinity,
    int Operands = 0);
