namespace RecActors.Ranking;

/// <summary>
/// One query of a replay, as the ranker would have seen it: the training example of the listwise loss. Targets are never
/// added to the candidates: otherwise the ranker learns that what no source found is what the user wanted.
/// </summary>
/// <param name="CandidateRows">Rows of the candidates in the order of the merge.</param>
/// <param name="Features">Raw features, candidates × <see cref="FeatureSchema.Count"/>, row by row, not standardised.</param>
/// <param name="Labels">Indices of the targets among the candidates, ascending; those that no source found are not among them.</param>
/// <param name="Targets">How many targets there are, found or not.</param>
public sealed record RankingExample(int[] CandidateRows, float[] Features, int[] Labels, int Targets)
{
    /// <summary>Which sources found each candidate: bit n stands for the <see cref="CandidateSource"/> n. Empty when it is not known.</summary>
    public byte[] FoundBy { get; init; } = [];

    /// <summary>The blend's standardised signals of all candidates, one signal after the other; empty where a ranker ranks.</summary>
    public float[] Signals { get; init; } = [];

    /// <summary>Writes the score of every candidate by the blend, as an answer without a ranker has them.</summary>
    /// <exception cref="InvalidOperationException">The example has no signals.</exception>
    public void Blend(BlendWeights weights, Span<float> scores)
    {
        if (Signals.Length != scores.Length * BlendScorer.Signals.Count)
        {
            throw new InvalidOperationException("The example has no signals for as many scores.");
        }

        BlendScorer.Combine(Signals, weights, scores);
    }

    /// <summary>Whether the source found one of the candidates.</summary>
    public bool IsFoundBy(CandidateSource source) => Array.Exists(FoundBy, found => (found & (1 << (int)source)) != 0);

    /// <summary>
    /// The query without a source: without the candidates that only it had found. What compares the others with each other is left as
    /// it was, and nobody takes the free places, which are the last ones.
    /// </summary>
    public RankingExample Without(CandidateSource source)
    {
        var kept = Enumerable.Range(0, FoundBy.Length).Where(candidate => FoundBy[candidate] != 1 << (int)source).ToArray();
        if (kept.Length == FoundBy.Length)
        {
            return this;
        }

        var features = new float[kept.Length * FeatureSchema.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            Features.AsSpan(kept[i] * FeatureSchema.Count, FeatureSchema.Count).CopyTo(features.AsSpan(i * FeatureSchema.Count));
        }

        int[] labels = [.. Labels.Select(label => Array.BinarySearch(kept, label)).Where(label => label >= 0)];
        return new([.. kept.Select(candidate => CandidateRows[candidate])], features, labels, Targets)
        {
            FoundBy = [.. kept.Select(candidate => FoundBy[candidate])],
            Signals = Signals.Length == 0 ? [] : [.. Enumerable.Range(0, BlendScorer.Signals.Count)
                .SelectMany(signal => kept.Select(candidate => Signals[(signal * FoundBy.Length) + candidate]))],
        };
    }
}
