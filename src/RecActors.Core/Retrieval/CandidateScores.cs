namespace RecActors.Retrieval;

/// <summary>Scores the candidates of a pool from the table. Reusable; not for concurrent use.</summary>
internal sealed class CandidateScores
{
    /// <summary>Candidates scored at once; meanwhile the vectors of the next ones come from memory.</summary>
    private const int Batch = 16;

    private ulong[] _keys = [];
    private int _scored;

    /// <summary>
    /// The best candidates, best first: those that are asked for by their bounds, and after them those whose bounds are not below the worst of these.
    /// </summary>
    public ScoredRow[] Best(VectorTable table, Similarity similarity, ReadOnlySpan<float> query, float squaredNorm, CandidatePool pool, int count)
    {
        var candidates = pool.Select(out var first);
        if (_keys.Length < candidates.Length)
        {
            _keys = new ulong[candidates.Length];
        }

        _scored = 0;
        Score(table, similarity, query, squaredNorm, candidates[..first]);
        if (first < candidates.Length)
        {
            var worst = _scored < count ? float.NegativeInfinity : RowOrder.ScoreOf(WorstKey());
            var kept = first;
            for (var i = first; i < candidates.Length; i++)
            {
                if (RowOrder.ScoreOf(candidates[i]) >= worst)
                {
                    candidates[kept++] = candidates[i];
                }
            }

            Score(table, similarity, query, squaredNorm, candidates[first..kept]);
        }

        return Sorted(Math.Min(count, _scored));
    }

    private ulong WorstKey()
    {
        var worst = 0ul;
        foreach (var key in _keys.AsSpan(0, _scored))
        {
            worst = Math.Max(worst, key);
        }

        return worst;
    }

    private void Score(VectorTable table, Similarity similarity, ReadOnlySpan<float> query, float squaredNorm, ReadOnlySpan<ulong> candidates)
    {
        Span<float> scores = stackalloc float[Batch];
        Span<float> norms = stackalloc float[Batch];
        var kernel = VectorKernels.Best;
        AskFor(table, candidates[..Math.Min(candidates.Length, Batch)]);
        for (var from = 0; from < candidates.Length; from += Batch)
        {
            AskFor(table, candidates[Math.Min(candidates.Length, from + Batch)..Math.Min(candidates.Length, from + (2 * Batch))]);

            var batch = candidates.Slice(from, Math.Min(Batch, candidates.Length - from));
            for (var i = 0; i < batch.Length; i++)
            {
                scores[i] = kernel.Dot(query, table.Row(RowOrder.RowOf(batch[i]), out norms[i]));
            }

            SimilarityScore.FromDots(similarity, scores[..batch.Length], squaredNorm, norms[..batch.Length]);
            for (var i = 0; i < batch.Length; i++)
            {
                // A row may have lost its vector since it was scanned.
                if (norms[i] > 0 && !float.IsNaN(scores[i]))
                {
                    _keys[_scored++] = RowOrder.KeyOf(scores[i], RowOrder.RowOf(batch[i]));
                }
            }
        }
    }

    private static void AskFor(VectorTable table, ReadOnlySpan<ulong> candidates)
    {
        foreach (var candidate in candidates)
        {
            table.Prefetch(RowOrder.RowOf(candidate));
        }
    }

    private ScoredRow[] Sorted(int count)
    {
        var keys = _keys.AsSpan(0, _scored);
        Selection.Best(keys, count);
        keys = keys[..count];
        keys.Sort();
        var rows = new ScoredRow[count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new ScoredRow(RowOrder.RowOf(keys[i]), RowOrder.ScoreOf(keys[i]));
        }

        return rows;
    }
}
