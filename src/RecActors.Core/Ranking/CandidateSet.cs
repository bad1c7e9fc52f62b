namespace RecActors.Ranking;

/// <summary>
/// The candidates of one query, in the order of the merge, with their rank in each source. Pooled: buffers keep their size
/// from query to query.
/// </summary>
internal sealed class CandidateSet
{
    /// <summary>Number of <see cref="CandidateSource"/>s.</summary>
    public const int SourceCount = 8;

    private int[] _rows = [];
    private int[] _ranks = [];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Ranks from 1 by source, 0 where a source did not find the candidate.</summary>
    public ReadOnlySpan<int> RanksOf(int candidate) => _ranks.AsSpan(candidate * SourceCount, SourceCount);

    /// <summary>Which sources found each candidate, a bit each.</summary>
    public byte[] Sources()
    {
        var sources = new byte[Count];
        for (var candidate = 0; candidate < sources.Length; candidate++)
        {
            var ranks = RanksOf(candidate);
            for (var source = 0; source < ranks.Length; source++)
            {
                sources[candidate] |= (byte)(ranks[source] > 0 ? 1 << source : 0);
            }
        }

        return sources;
    }

    public void SetRank(int candidate, CandidateSource source, int rank) => _ranks[(candidate * SourceCount) + (int)source] = rank;

    public void Add(int row, ReadOnlySpan<int> ranks)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(256, Count * 2));
            Array.Resize(ref _ranks, _rows.Length * SourceCount);
        }

        _rows[Count] = row;
        ranks.CopyTo(_ranks.AsSpan(Count * SourceCount, SourceCount));
        Count++;
    }
}
