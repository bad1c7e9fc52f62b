using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.Interest;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>The second stage: scores candidates whose features are complete, orders them and says why. Thread-safe.</summary>
internal sealed class AnswerRanking(CatalogReplica catalog, RankingOptions options)
{
    /// <summary>An answer names few of the candidates, and the others need no order: so many are put in order beyond it, in case that some are no longer allowed.</summary>
    private const int Spare = 16;

    /// <summary>The answer of a query; the vectors are those of the candidates and of the history.</summary>
    public EngineAnswer Answer(
        CandidateBuffers buffers, RankingQuery query, in Eligibility eligibility, IItemVectors candidates, IItemVectors history)
    {
        var scores = buffers.Scores(buffers.Candidates.Count);
        Score(buffers, query, scores);
        Boost(buffers, query, scores);
        var (ranking, propensities) = Rank(buffers, query, eligibility, candidates, scores);
        var skipped = Math.Min(Math.Max(0, query.Request.Offset), ranking.Length);
        var explainer = query.Request.Explain
            ? new RankingExplainer(buffers, query, candidates, history, options.ExplainedFeatures)
            : null;
        var items = new RankedItem[ranking.Length - skipped];
        for (var i = 0; i < items.Length; i++)
        {
            var candidate = ranking[skipped + i];
            var row = buffers.Candidates.Rows[candidate];
            items[i] = new RankedItem(row, catalog.IdOf(row), scores[candidate], explainer?.Explain(candidate), propensities?[skipped + i]);
        }

        return new EngineAnswer(items, query.User.UserVersion, query.Model.Version);
    }

    private static void Score(CandidateBuffers buffers, RankingQuery query, Span<float> scores)
    {
        if (!query.IsRanked)
        {
            // Candidates are in the order of the merge.
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] = 1f / (1 + i);
            }
        }
        else if (query.Model.Ranker is { } ranker)
        {
            ranker.Score(buffers.Features, scores);
        }
        else
        {
            BlendScorer.Score(buffers, query.Model.Blend, scores);
        }
    }

    /// <summary>The candidates to answer with, best first: what is still allowed, by score, then re-ordered for diversity; or drawn, and how probably.</summary>
    private (int[] Candidates, float[]? Propensities) Rank(
        CandidateBuffers buffers, RankingQuery query, in Eligibility eligibility, IItemVectors vectors, ReadOnlySpan<float> scores)
    {
        var rows = buffers.Candidates.Rows;
        var isWhole = query.IsDiverse || query.Exploration > 0 || query.Request.Caps.Count > 0;
        var asked = isWhole ? rows.Length : Math.Min(rows.Length, query.Depth);
        var best = Best(buffers, eligibility, scores, Math.Min(rows.Length, asked + Spare), asked);
        if (best.Length < asked && asked + Spare < rows.Length)
        {
            best = Best(buffers, eligibility, scores, rows.Length, asked);
        }

        if (query.Exploration > 0)
        {
            return Drawn(buffers, query, best);
        }

        var ranking = new int[query.Request.Caps.Count > 0 ? best.Length : Math.Min(best.Length, query.Depth)];
        if (query.IsDiverse)
        {
            Diversify(vectors, best, query.Lambda, ranking);
        }

        for (var i = 0; i < ranking.Length; i++)
        {
            var key = best[query.IsDiverse ? ranking[i] : i];
            ranking[i] = rows.IndexOf(RowOrder.RowOf(key));
        }

        return (query.Request.Caps.Count > 0 ? Capped(buffers, query, ranking) : ranking, null);
    }

    /// <summary>The best of some candidates with the best scores that are still allowed, as many as asked for.</summary>
    private static ReadOnlySpan<ulong> Best(CandidateBuffers buffers, in Eligibility eligibility, ReadOnlySpan<float> scores, int some, int asked)
    {
        buffers.Top.Reset(some);
        var rows = buffers.Candidates.Rows;
        for (var i = 0; i < rows.Length; i++)
        {
            buffers.Top.Offer(rows[i], scores[i]);
        }

        // Hard, whatever came to pass since the candidates were found; records are far apart, so only those are looked at that the answer may hold.
        return buffers.Top.Sort(new AllowedRows(eligibility), asked);
    }

    private (int[] Candidates, float[] Propensities) Drawn(CandidateBuffers buffers, RankingQuery query, ReadOnlySpan<ulong> best)
    {
        var (scores, rows) = (new float[best.Length], new int[best.Length]);
        for (var i = 0; i < best.Length; i++)
        {
            (scores[i], rows[i]) = (RowOrder.ScoreOf(best[i]), RowOrder.RowOf(best[i]));
        }

        var caps = query.Request.Caps.Count == 0 ? null : new CategoryCaps(query.Request.Caps, catalog);
        var random = new Random((int)(query.Request.ExplorationSeed ^ (query.Request.ExplorationSeed >> 32)));
        var (order, propensities) = (new int[Math.Min(query.Depth, best.Length)], new float[Math.Min(query.Depth, best.Length)]);
        var drawn = PlackettLuce.Draw(scores, query.Exploration, random, rows, caps, order, propensities);
        if (IsCutShort(buffers, query, drawn))
        {
            // Another draw, from those that all have room.
            var together = Together(buffers, query, rows);
            int[] places = [.. Enumerable.Range(0, rows.Length).Where(i => together.Contains(rows[i]))];
            (scores, rows) = ([.. places.Select(i => scores[i])], [.. places.Select(i => rows[i])]);
            drawn = PlackettLuce.Draw(scores, query.Exploration, random, rows, null, order.AsSpan(0, Math.Min(order.Length, rows.Length)), propensities);
        }

        for (var i = 0; i < drawn; i++)
        {
            order[i] = buffers.Candidates.Rows.IndexOf(rows[order[i]]);
        }

        return (order[..drawn], propensities[..drawn]);
    }

    private int[] Capped(CandidateBuffers buffers, RankingQuery query, int[] ranking)
    {
        var caps = new CategoryCaps(query.Request.Caps, catalog);
        var taken = new List<int>(query.Depth);
        for (var i = 0; i < ranking.Length && taken.Count < query.Depth; i++)
        {
            if (caps.TryTake(buffers.Candidates.Rows[ranking[i]]))
            {
                taken.Add(ranking[i]);
            }
        }

        if (IsCutShort(buffers, query, taken.Count))
        {
            var together = Together(buffers, query, [.. ranking.Select(candidate => buffers.Candidates.Rows[candidate])]);
            return [.. ranking.Where(candidate => together.Contains(buffers.Candidates.Rows[candidate])).Take(query.Depth)];
        }

        return [.. taken];
    }

    /// <summary>Whether a list under caps is too short, and the catalog has items that are no candidates.</summary>
    private static bool IsCutShort(CandidateBuffers buffers, RankingQuery query, int taken) =>
        query.Request.Caps.Count > 0 && taken < query.Depth && buffers.Candidates.Count >= query.Needed;

    /// <summary>
    /// The rows that may be in one answer, as they were looked for: in the order of the candidates. Where items have several categories, another
    /// order may leave fewer of them, or room for what is no candidate.
    /// </summary>
    private HashSet<int> Together(CandidateBuffers buffers, RankingQuery query, int[] allowed)
    {
        var (caps, left) = (new CategoryCaps(query.Request.Caps, catalog), allowed.ToHashSet());
        var together = new HashSet<int>();
        foreach (var row in buffers.Candidates.Rows)
        {
            if (left.Contains(row) && caps.TryTake(row))
            {
                together.Add(row);
            }
        }

        return together;
    }

    private void Boost(CandidateBuffers buffers, RankingQuery query, Span<float> scores)
    {
        if (query.Request.Boosts.Count == 0 || scores.IsEmpty)
        {
            return;
        }

        // All scores equal: a boost still has to tell apart.
        var spread = TensorPrimitives.Max(scores) - TensorPrimitives.Min(scores);
        spread = spread > 0 ? spread : 1f;
        for (var i = 0; i < scores.Length; i++)
        {
            var row = buffers.Candidates.Rows[i];
            foreach (var boost in query.Request.Boosts)
            {
                if (catalog[row] is { } item && boost.Where.Allows(row, item))
                {
                    scores[i] += boost.Amount * spread;
                }
            }
        }
    }

    private static void Diversify(IItemVectors items, ReadOnlySpan<ulong> best, float lambda, Span<int> order)
    {
        var width = items.Dimensions;
        var scores = new float[best.Length];
        var vectors = new float[best.Length * width];
        for (var i = 0; i < best.Length; i++)
        {
            scores[i] = RowOrder.ScoreOf(best[i]);
            items.Row(RowOrder.RowOf(best[i])).CopyTo(vectors.AsSpan(i * width, width));
        }

        MaximalMarginalRelevance.Pick(scores, vectors, lambda, order);
    }

    private readonly struct AllowedRows(Eligibility eligibility) : IRowFilter
    {
        public bool Accepts(int row) => eligibility.Allows(row);
    }
}
