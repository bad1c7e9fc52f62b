namespace RecActors.Ranking;

/// <summary>What the site has said of an item, kept beside the catalog, so that the rules can be checked without any of the product's code.</summary>
internal sealed record KnownItem(string Id)
{
    public bool IsHidden { get; init; }

    public long? ExpiresAtMs { get; init; }

    public string[] Categories { get; init; } = [];

    /// <summary>The label <c>maker.name</c>; null when the item has none.</summary>
    public string? Maker { get; init; }

    /// <summary>The label <c>price</c>; null when the item has none.</summary>
    public double? Price { get; init; }

    /// <summary>The label <c>tags</c>.</summary>
    public string[] Tags { get; init; } = [];
}
