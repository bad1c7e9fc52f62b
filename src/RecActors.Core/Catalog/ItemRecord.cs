namespace RecActors.Catalog;

/// <summary>An item's attributes: immutable, replaced as a whole.</summary>
public sealed record ItemRecord
{
    /// <summary>The item's id, unique in the catalog.</summary>
    public required string ItemId { get; init; }

    /// <summary>True: never recommended, still usable as history.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Categories, by which lists are filtered.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>When the item appeared, in Unix milliseconds, UTC; 0 when unknown.</summary>
    public long TimestampMs { get; init; }

    /// <summary>From when on the item is no longer recommended, in Unix milliseconds, UTC; null for never.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>Labels as the producer's JSON value, or null. The model reads it flattened into tokens.</summary>
    public string? LabelsJson { get; init; }

    /// <summary>A name for people: a title.</summary>
    public string? Comment { get; init; }

    /// <summary>Number of writes of this item, from 1: the later of two records has the higher.</summary>
    public long Version { get; init; }
}
