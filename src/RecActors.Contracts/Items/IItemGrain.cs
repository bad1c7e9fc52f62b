using RecActors.Catalog;

namespace RecActors.Items;

/// <summary>An item: keyed by the item id. The only writer of its row in the catalog.</summary>
[Alias("recactors.item"), GrainInterfaceType("recactors.item")]
public interface IItemGrain : IGrainWithStringKey
{
    /// <summary>The item, or null.</summary>
    [Alias("get")]
    Task<Item?> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces the item; returns when it is durable and this silo's replica shows it.</summary>
    [Alias("put")]
    Task PutAsync(Item item, CancellationToken cancellationToken = default);

    /// <summary>Creates the item with defaults when it is not there (an unknown item named by an action).</summary>
    [Alias("ensure")]
    Task EnsureAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes the given parts. False when unknown.</summary>
    [Alias("patch")]
    Task<bool> PatchAsync(ItemPatch patch, CancellationToken cancellationToken = default);

    /// <summary>Adds or removes one category. False when the item is unknown.</summary>
    [Alias("category")]
    Task<bool> SetCategoryAsync(string category, bool present, CancellationToken cancellationToken = default);

    /// <summary>Removes the item. False when unknown.</summary>
    [Alias("delete")]
    Task<bool> DeleteAsync(CancellationToken cancellationToken = default);

    /// <summary>The item's feature vector in the current model's space: learned, or projected from its content; empty without a model.</summary>
    [Alias("vector")]
    Task<IReadOnlyList<float>> GetFeatureVectorAsync(CancellationToken cancellationToken = default);
}

/// <summary>An item as sites write and read it.</summary>
[GenerateSerializer, Immutable, Alias("recactors.item-record")]
public sealed record Item
{
    [Id(0)]
    public required string ItemId { get; init; }

    [Id(1)]
    public bool IsHidden { get; init; }

    [Id(2)]
    public IReadOnlyList<string> Categories { get; init; } = [];

    [Id(3)]
    public long TimestampMs { get; init; }

    [Id(4)]
    public long? ExpiresAtMs { get; init; }

    [Id(5)]
    public string? LabelsJson { get; init; }

    [Id(6)]
    public string? Comment { get; init; }

    public static Item From(ItemRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new()
        {
            ItemId = record.ItemId,
            IsHidden = record.IsHidden,
            Categories = record.Categories,
            TimestampMs = record.TimestampMs,
            ExpiresAtMs = record.ExpiresAtMs,
            LabelsJson = record.LabelsJson,
            Comment = record.Comment,
        };
    }
}

/// <summary>A change of an item; null leaves a part as it is.</summary>
[GenerateSerializer, Immutable, Alias("recactors.item-patch")]
public sealed record ItemPatch
{
    [Id(0)]
    public bool? IsHidden { get; init; }

    [Id(1)]
    public IReadOnlyList<string>? Categories { get; init; }

    [Id(2)]
    public long? TimestampMs { get; init; }

    [Id(3)]
    public long? ExpiresAtMs { get; init; }

    [Id(4)]
    public string? LabelsJson { get; init; }

    [Id(5)]
    public string? Comment { get; init; }
}
