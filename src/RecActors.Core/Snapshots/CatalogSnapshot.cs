using RecActors.Catalog;

namespace RecActors.Snapshots;

/// <summary>A replica of the catalog with all that was derived from it. Immutable by agreement.</summary>
/// <param name="Cursor">Every change of the feed up to this number is in it; of later ones some.</param>
/// <param name="TokenRules">Number of the rules by which content became tokens: <see cref="ContentTokens.Rules"/>.</param>
/// <param name="HasLabels">False when labels were forgotten once they were tokens.</param>
/// <param name="Tokens">The vocabulary, by number.</param>
/// <param name="Items">Every item that ever changed.</param>
public sealed record CatalogSnapshot(long Cursor, int TokenRules, bool HasLabels, IReadOnlyList<string> Tokens, IReadOnlyList<CatalogSnapshotItem> Items);

/// <summary>An item of a <see cref="CatalogSnapshot"/>.</summary>
/// <param name="ItemId">Its id.</param>
/// <param name="ChangeNumber">Number of its last change.</param>
/// <param name="Item">Its record; null when it was deleted.</param>
/// <param name="Features">Its content.</param>
public readonly record struct CatalogSnapshotItem(string ItemId, long ChangeNumber, ItemRecord? Item, ContentFeatures Features);
