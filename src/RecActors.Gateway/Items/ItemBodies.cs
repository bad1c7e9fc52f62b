using System.Text.Json.Serialization;
using RecActors.Json;
using RecActors.Requests;

namespace RecActors.Items;

/// <summary>An item as sites write it. Without a timestamp the item's time is unknown, as in the Gorse API.</summary>
internal sealed record ItemBody
{
    public string? ItemId { get; init; }

    public bool? IsHidden { get; init; }

    public string?[]? Categories { get; init; }

    public string? Timestamp { get; init; }

    /// <summary>From when on the item is no longer recommended.</summary>
    public string? ExpiresAt { get; init; }

    public RawJson Labels { get; init; }

    public string? Comment { get; init; }

    /// <summary>Checks the item, remembering its faults.</summary>
    public Item Read(Place place, Validation validation)
    {
        validation.Id(place, nameof(ItemId), ItemId);
        validation.Categories(place, nameof(Categories), Categories);
        validation.Comment(place, Comment);
        return new Item
        {
            ItemId = ItemId ?? "",
            IsHidden = IsHidden ?? false,
            Categories = ItemCategories.Distinct(Categories) ?? [],
            TimestampMs = validation.Timestamp(place, nameof(Timestamp), Timestamp, 0),
            ExpiresAtMs = validation.Expiry(place, nameof(ExpiresAt), ExpiresAt),
            LabelsJson = validation.Labels(place, Labels),
            Comment = Comment,
        };
    }
}

/// <summary>A change of an item; what is absent or null stays.</summary>
internal sealed record ItemPatchBody
{
    public bool? IsHidden { get; init; }

    public string?[]? Categories { get; init; }

    public string? Timestamp { get; init; }

    public string? ExpiresAt { get; init; }

    public RawJson Labels { get; init; }

    public string? Comment { get; init; }

    public ItemPatch Read(Validation validation)
    {
        validation.Categories(default, nameof(Categories), Categories);
        validation.Comment(default, Comment);
        return new ItemPatch
        {
            IsHidden = IsHidden,
            Categories = ItemCategories.Distinct(Categories),
            TimestampMs = string.IsNullOrEmpty(Timestamp) ? null : validation.Timestamp(default, nameof(Timestamp), Timestamp, 0),
            ExpiresAtMs = validation.Expiry(default, nameof(ExpiresAt), ExpiresAt),
            LabelsJson = validation.Labels(default, Labels),
            Comment = Comment,
        };
    }
}

internal static class ItemCategories
{
    public static IReadOnlyList<string>? Distinct(string?[]? categories) =>
        categories is null ? null : [.. categories.OfType<string>().Distinct(StringComparer.Ordinal)];
}

/// <summary>An item as sites read it.</summary>
internal sealed record ItemAnswer(
    string ItemId,
    bool IsHidden,
    IReadOnlyList<string> Categories,
    DateTime Timestamp,
    RawJson Labels,
    string Comment,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ExpiresAt)
{
    public static ItemAnswer From(Item item) => new(
        item.ItemId,
        item.IsHidden,
        item.Categories,
        Timestamps.ToWire(item.TimestampMs),
        new RawJson(item.LabelsJson),
        item.Comment ?? "",
        item.ExpiresAtMs is { } expires ? Timestamps.ToWire(expires) : null);
}

/// <summary>A page of items; the cursor is empty on the last one.</summary>
internal sealed record ItemPageBody(string Cursor, IReadOnlyList<ItemAnswer> Items);

/// <summary>An item of a list with its score there.</summary>
internal sealed record ScoreBody(string Id, double Score);
