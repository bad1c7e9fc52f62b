using RecActors.Catalog;
using RecActors.Filters;

namespace RecActors.Ranking;

/// <summary>The hard rules on what may be in an answer: known, not hidden, not expired, of the category, past the filter. Checked before and after ranking.</summary>
internal readonly struct Eligibility(CatalogReplica catalog, RowFacts facts, string? category, long nowMs, ItemFilter? where = null)
{
    /// <summary>By the record itself.</summary>
    public bool Allows(int row) =>
        catalog[row] is { IsHidden: false } item
        && !(item.ExpiresAtMs <= nowMs)
        && (category is null || item.Categories.Contains(category, StringComparer.Ordinal))
        && (where is null || where.Allows(row, item));

    /// <summary>The same, without a look at the record where the row's facts decide.</summary>
    public bool MayAllow(int row) =>
        category is null && where is null
            ? facts.IsAlwaysShown(row) || (facts.IsShown(row, out var expires) && (!expires || Allows(row)))
            : facts.IsShown(row, out _) && Allows(row);
}
