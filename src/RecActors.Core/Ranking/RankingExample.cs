namespace RecActors.Ranking;

/// <summary>
/// One query of a replay, as the ranker would have seen it: the training example of the listwise loss. The target is never
/// added to the candidates: otherwise the ranker learns that what no source found is what the user wanted.
/// </summary>
/// <param name="CandidateRows">Rows of the candidates in the order of the merge.</param>
/// <param name="Features">Raw features, candidates × <see cref="FeatureSchema.Count"/>, row by row, not standardised.</param>
/// <param name="Label">Index of the target among the candidates, -1 when no source found it.</param>
public sealed record RankingExample(int[] CandidateRows, float[] Features, int Label);
