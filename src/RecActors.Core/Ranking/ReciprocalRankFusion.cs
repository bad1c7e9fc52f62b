using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>
/// Merges ranked lists by Σ 1 / (k + rank) over the lists that name a row (Cormack, Clarke, Büttcher, "Reciprocal rank fusion
/// outperforms Condorcet and individual rank learning methods", SIGIR 2009, equation 1). Needs no common scale of scores.
/// Not safe for concurrent use; pooled with its query.
/// </summary>
internal sealed class ReciprocalRankFusion
{
    private readonly RowNumbers _slots = new();
    private readonly BestRows _best = new();
    private readonly CandidateSet _union = new();
    private float[] _fusion = [];

    /// <summary>Forgets the lists of the last query.</summary>
    public void Reset()
    {
        _slots.Reset();
        _union.Clear();
    }

    /// <summary>Adds a source's list, best first, each row at most once.</summary>
    public void Add(CandidateSource source, ReadOnlySpan<int> list, int fusionConstant)
    {
        Span<int> none = stackalloc int[CandidateSet.SourceCount];
        none.Clear();
        for (var i = 0; i < list.Length; i++)
        {
            var row = list[i];
            var slot = _slots.GetOrAdd(row, _union.Count);
            if (slot == _union.Count)
            {
                _union.Add(row, none);
                if (_fusion.Length <= slot)
                {
                    Array.Resize(ref _fusion, Math.Max(1024, _fusion.Length * 2));
                }

                _fusion[slot] = 0;
            }

            var rank = i + 1;
            _fusion[slot] += 1f / (fusionConstant + rank);
            _union.SetRank(slot, source, rank);
        }
    }

    /// <summary>Writes the best <paramref name="keep"/> rows, best first, equal ones by ascending row.</summary>
    public void TakeBest(int keep, CandidateSet candidates)
    {
        _best.Reset(keep);
        var rows = _union.Rows;
        for (var slot = 0; slot < rows.Length; slot++)
        {
            _best.Offer(rows[slot], _fusion[slot]);
        }

        candidates.Clear();
        foreach (var key in _best.Sort())
        {
            var row = RowOrder.RowOf(key);
            _slots.TryGet(row, out var slot);
            candidates.Add(row, _union.RanksOf(slot));
        }
    }
}
