namespace RecActors.Retrieval;

/// <summary>An item's row and its score. Lists are ordered by descending score, then by ascending row, so they are unique.</summary>
public readonly record struct ScoredRow(int Row, float Score);
