using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>The hard rules on what may be in an answer: known, not hidden, not expired, of the category. Checked before and after ranking.</summary>
internal readonly struct Eligibility(CatalogReplica catalog, string? category, long nowMs)
{
    public bool Allows(int row) =>
        catalog[row] is { IsHidden: false } item
        && !(item.ExpiresAtMs <= nowMs)
        && (category is null || item.Categories.Contains(category, StringComparer.Ordinal));
}
