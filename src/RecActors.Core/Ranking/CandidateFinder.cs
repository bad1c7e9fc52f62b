using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>
/// The first stage: asks every source for its best rows that the user has not seen and the rules allow, and merges them. When
/// the sources know too few, the catalog itself fills up: an answer is as long as asked for whenever enough items exist.
/// </summary>
internal sealed class CandidateFinder(CatalogReplica catalog, ItemStatistics statistics, RankingOptions options)
{
    /// <summary>So many items ahead their vectors are asked for.</summary>
    private const int VectorsAhead = 4;

    private readonly UserStates<LinearItemScores> _linear = new(options.PooledLinearScores);
    private readonly NewestItems _newest = NewestItems.Of(catalog, options.NewItemPool);

    /// <summary>
    /// Leaves the candidates in the workspace, and the item-to-item scores that the features read. Where the vectors are in shards,
    /// <paramref name="newItemScores"/> has the similarity of the <see cref="NewItems"/> that have a vector.
    /// </summary>
    public void Find(
        RankingWorkspace workspace,
        RankingQuery query,
        VectorHits hits,
        IReadOnlyDictionary<int, float>? newItemScores = null)
    {
        statistics.Accumulate(query.User.History.Span, query.Model.Lookup ?? options.ItemToItem, workspace.ItemToItem);
        workspace.TakeLinear(_linear, query, options.LinearDecay);
        var list = workspace.List(query.Candidates);
        var accepts = new AcceptedRows(workspace);
        Add(CandidateSource.Embedding, list[..RankHits(workspace, hits.Embedding, list)]);
        Add(CandidateSource.Sequence, list[..RankHits(workspace, hits.Sequence, list)]);
        workspace.ItemToItem.CollectTop(list.Length, accepts, workspace.Top, workspace.SecondTop);
        Add(CandidateSource.Transitions, list[..workspace.Top.CopyRows(list)]);
        Add(CandidateSource.Cooccurrence, list[..workspace.SecondTop.CopyRows(list)]);
        Add(CandidateSource.Linear, list[..workspace.Linear.Top(list, accepts, workspace.Top)]);
        Add(CandidateSource.Trending, list[..TakeTrending(workspace, list)]);
        Add(CandidateSource.NewItems, list[..RankNewItems(workspace, query, newItemScores, list)]);
        workspace.Fusion.TakeBest(query.Candidates, workspace.Candidates);
        FillFromCatalog(workspace, query);

        void Add(CandidateSource source, ReadOnlySpan<int> rows)
        {
            if (query.Model.Asks(source))
            {
                workspace.Fusion.Add(source, rows, options.FusionConstant);
            }
        }
    }

    /// <summary>Leaves what is popular now as candidates, and where that is too little, what always was.</summary>
    public void FindPopular(RankingWorkspace workspace, RankingQuery query)
    {
        var list = workspace.List(query.Candidates);
        workspace.Fusion.Add(CandidateSource.Trending, list[..TakeTrending(workspace, list)], options.FusionConstant);
        workspace.Fusion.TakeBest(query.Candidates, workspace.Candidates);
        FillFromCatalog(workspace, query);
    }

    private static int RankHits(RankingWorkspace workspace, IReadOnlyList<ScoredRow> hits, Span<int> list)
    {
        if (hits is ScoredRow[] ofOneSearch && TryTakeSorted(workspace, ofOneSearch, list, out var taken))
        {
            return taken;
        }

        workspace.Top.Reset(list.Length);
        for (var i = 0; i < hits.Count; i++)
        {
            var (row, score) = hits[i];

            // A shard may have answered before the item was hidden or deleted.
            if (score >= workspace.Top.Threshold && workspace.Accepts(row))
            {
                workspace.Top.Offer(row, score);
            }
        }

        return workspace.Top.CopyRows(list);
    }

    /// <summary>Takes the hits in their order, which is the right one unless they come from several shards; false when it is not.</summary>
    private static bool TryTakeSorted(RankingWorkspace workspace, ReadOnlySpan<ScoredRow> hits, Span<int> list, out int taken)
    {
        taken = 0;
        var last = 0UL;
        foreach (var (row, score) in hits)
        {
            var key = RowOrder.KeyOf(score, row);
            if (key < last)
            {
                return false;
            }

            last = key;
            if (taken < list.Length && workspace.Accepts(row))
            {
                list[taken++] = row;
            }
        }

        return true;
    }

    /// <summary>The first accepted ones of the trending rows. Most users have seen few of them: all are only asked for when the first ones do not do.</summary>
    private int TakeTrending(RankingWorkspace workspace, Span<int> list)
    {
        var asked = Math.Min(2 * list.Length, workspace.Popular.Length);
        while (true)
        {
            var offered = workspace.Popular.AsSpan(0, statistics.Trending(workspace.Popular.AsSpan(0, asked)));
            var taken = 0;
            for (var i = 0; i < offered.Length && taken < list.Length; i++)
            {
                if (workspace.Accepts(offered[i]))
                {
                    list[taken++] = offered[i];
                }
            }

            if (taken == list.Length || offered.Length < asked || asked == workspace.Popular.Length)
            {
                return taken;
            }

            asked = workspace.Popular.Length;
        }
    }

    /// <summary>The items that are new at the time of the query, and may become candidates.</summary>
    public IReadOnlyList<int> NewItems(RankingWorkspace workspace, RankingQuery query) =>
        [.. _newest.Items.Where(item => IsNew(workspace, query, item)).Select(item => item.Row)];

    /// <summary>New items by the interest's similarity to their vectors; without an interest, newest first.</summary>
    private int RankNewItems(
        RankingWorkspace workspace, RankingQuery query, IReadOnlyDictionary<int, float>? scores, Span<int> list)
    {
        workspace.Top.Reset(Math.Min(options.NewItemQuota, list.Length));
        var vectors = query.Model.Vectors;
        var squaredNorm = query.Vector.IsEmpty || scores is not null ? 0 : VectorKernels.Best.Dot(query.Vector.Span, query.Vector.Span);
        var oldest = OldestNew(query);
        var position = 0;
        var items = _newest.Items;
        for (var i = 0; i < items.Length && items[i].TimestampMs >= oldest; i++)
        {
            var row = items[i].Row;
            if (i + VectorsAhead < items.Length && squaredNorm > 0)
            {
                vectors.Prefetch(items[i + VectorsAhead].Row);
            }

            if (!IsNew(workspace, query, items[i]))
            {
                continue;
            }

            if (query.Vector.IsEmpty)
            {
                workspace.Top.Offer(row, -position++);
            }
            else if (scores is not null)
            {
                workspace.Top.Offer(row, scores.GetValueOrDefault(row, float.NaN));
            }
            else if (vectors.Row(row, out var ofItem) is var vector && ofItem > 0)
            {
                workspace.Top.Offer(row, query.Model.Similarity.Score(query.Vector.Span, squaredNorm, vector, ofItem));
            }
        }

        return workspace.Top.CopyRows(list);
    }

    private bool IsNew(RankingWorkspace workspace, RankingQuery query, (long TimestampMs, int Row) item) =>
        item.TimestampMs >= OldestNew(query) && item.TimestampMs <= query.Request.NowMs && workspace.Accepts(item.Row);

    private long OldestNew(RankingQuery query) => query.Request.NowMs - (long)(options.NewItemDays * TimeSpan.MillisecondsPerDay);

    /// <summary>
    /// The most acted on, then the latest rows first: the scan ends as soon as there are enough, and under caps, as soon as so many of them may be in
    /// one answer. Past the candidates that are looked for anyway it takes only what the caps have room for.
    /// </summary>
    private void FillFromCatalog(RankingWorkspace workspace, RankingQuery query)
    {
        var candidates = workspace.Candidates;
        var caps = query.Request.Caps.Count == 0 ? null : new CategoryCaps(query.Request.Caps, catalog);
        var together = 0;
        foreach (var row in caps is null ? [] : candidates.Rows)
        {
            Count(row);
        }

        if (IsEnough())
        {
            return;
        }

        foreach (var row in candidates.Rows)
        {
            workspace.Excluded.Add(row);
        }

        Span<int> ranks = stackalloc int[CandidateSet.SourceCount];
        ranks.Clear();
        ref var rank = ref ranks[(int)CandidateSource.Catalog];
        var popular = statistics.MostPopular(workspace.Popular);
        for (var i = 0; i < popular && !IsEnough(); i++)
        {
            Offer(workspace.Popular[i], ref rank, ranks);
        }

        for (var row = workspace.Rows - 1; row >= 0 && !IsEnough(); row--)
        {
            Offer(row, ref rank, ranks);
        }

        bool IsEnough() => candidates.Count >= query.Needed && (caps is null || together >= query.Depth);

        void Count(int row) => together += caps?.TryTake(row) == true ? 1 : 0;

        void Offer(int row, ref int rank, ReadOnlySpan<int> ranks)
        {
            if (workspace.Accepts(row) && (candidates.Count < query.Needed || caps!.HasRoom(row)))
            {
                rank++;
                candidates.Add(row, ranks);
                workspace.Excluded.Add(row);
                Count(row);
            }
        }
    }
}
