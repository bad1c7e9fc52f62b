namespace RecActors.Filters;

/// <summary>A step of a filter. The numbers cross the wire: never renumber.</summary>
public enum FilterOperation : byte
{
    /// <summary>The item is in the category of the step's name.</summary>
    Category = 0,

    /// <summary>The item has the label of the step's name, with one of the step's values if there are any.</summary>
    Label = 1,

    /// <summary>The label of the step's name is a number between the step's bounds, both included.</summary>
    Range = 2,

    /// <summary>The item's id is among the step's values.</summary>
    Items = 3,

    /// <summary>Not the result before.</summary>
    Not = 4,

    /// <summary>All of so many results before; of none, true.</summary>
    And = 5,

    /// <summary>Any of so many results before; of none, false.</summary>
    Or = 6,
}
