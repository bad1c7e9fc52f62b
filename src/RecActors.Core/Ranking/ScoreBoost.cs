using RecActors.Filters;

namespace RecActors.Ranking;

/// <summary>Moves items up or down: adds <paramref name="Amount"/> times the distance between the best and the worst candidate's score.</summary>
/// <param name="Where">Which items.</param>
/// <param name="Amount">1 lifts an item above all that are not lifted, −1 puts it below them.</param>
public sealed record ScoreBoost(ItemFilter Where, float Amount);

/// <summary>How many items of a category an answer may have; of every category that has no cap of its own, where the name is null.</summary>
public readonly record struct CategoryCap(string? Category, int Most);
