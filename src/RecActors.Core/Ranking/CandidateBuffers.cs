
namespace RecActors.Ranking;

/// <summary>
/// What is known of the candidates of one query. Its size follows the candidates, not the catalog, so that a query which waits for
/// other silos may hold it. Pooled; not safe for concurrent use.
/// </summary>
internal sealed class CandidateBuffers
{
    private float[] _scores = [];

    public CandidateSet Candidates { get; } = new();

    public FeatureTable Features { get; } = new();

    public BestRows Top { get; } = new();

    /// <summary>The raw slow transitions by candidate, which the blend reads; only where there is no ranker.</summary>
    public List<float> Transitions { get; } = [];

    /// <summary>The raw slow co-occurrence by candidate, which the blend reads; only where there is no ranker.</summary>
    public List<float> Cooccurrence { get; } = [];

    public void Clear()
    {
        Candidates.Clear();
        Transitions.Clear();
        Cooccurrence.Clear();
    }

    /// <summary>Room for one score per candidate.</summary>
    public Span<float> Scores(int candidates)
    {
        if (_scores.Length < candidates)
        {
            _scores = new float[candidates];
        }

        return _scores.AsSpan(0, candidates);
    }
}
