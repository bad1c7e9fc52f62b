using System.Security.Cryptography;
using RecActors.Catalog;
using RecActors.Filters;

namespace RecActors.Ranking;

/// <summary>From the wire's question to the engine's.</summary>
internal static class RequestMapping
{
    /// <exception cref="ArgumentException">A filter is malformed.</exception>
    public static RecommendRequest Of(RecommendQuery query, long nowMs, CatalogReplica catalog) => new()
    {
        Count = query.Count,
        Offset = query.Offset,
        Category = query.Category,
        Explain = query.Explain,
        NowMs = nowMs,
        Lambda = query.Lambda,
        Exploration = query.Exploration,
        ExplorationSeed = query.Exploration > 0 && query.ExplorationSeed == 0 ? AnySeed() : query.ExplorationSeed,
        Where = FilterOf(query.Where, catalog),
        Boosts = query.Boosts is null ? [] : [.. query.Boosts.Select(boost => new ScoreBoost(FilterOf(boost.Where, catalog)!, boost.Amount))],
        Caps = query.Caps is null ? [] : [.. query.Caps.Select(cap => new CategoryCap(cap.Category, cap.Most))],
    };

    private static long AnySeed() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <exception cref="ArgumentException">The filter is malformed.</exception>
    public static ItemFilter? FilterOf(ItemPredicate? predicate, CatalogReplica catalog) =>
        predicate is null ? null : ItemFilter.Of(StepsOf(predicate), catalog);

    /// <summary>The engine's steps of a filter.</summary>
    public static FilterStep[] StepsOf(ItemPredicate predicate) =>
    [
        .. predicate.Steps.Select(step => new FilterStep(
            step.Operation, step.Name, step.Values, step.From ?? double.NegativeInfinity, step.To ?? double.PositiveInfinity, step.Operands)),
    ];

    /// <summary>The same on its way to another silo; null for no steps.</summary>
    public static ItemPredicate? PredicateOf(IReadOnlyList<FilterStep> steps) => steps.Count == 0 ? null : new(
    [
        .. steps.Select(step => new PredicateStep(
            step.Operation,
            step.Name,
            step.Values,
            double.IsNegativeInfinity(step.From) ? null : step.From,
            double.IsPositiveInfinity(step.To) ? null : step.To,
            step.Operands)),
    ]);
}
