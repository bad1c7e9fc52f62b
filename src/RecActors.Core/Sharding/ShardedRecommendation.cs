using RecActors.Interest;
using RecActors.Ranking;
using RecActors.Retrieval;

namespace RecActors.Sharding;

/// <summary>
/// One recommendation whose item vectors are in shards. It asks every shard twice at most, and what it answers is what
/// <see cref="RecommendationEngine"/> answers where the vectors are at hand: first <see cref="Searches"/>, whose answers go to
/// <see cref="Gather"/>, then the comparisons that this returns, whose answers go to <see cref="Answer"/>. Not safe for concurrent use.
/// </summary>
public sealed class ShardedRecommendation
{
    private readonly ShardedEngine _engine;
    private readonly RankingQuery _query;
    private readonly IItemVectors _history;
    private readonly List<int>[] _scored;
    private readonly List<int>[] _compared;
    private CandidateBuffers? _buffers;
    private Eligibility _eligibility;

    internal ShardedRecommendation(ShardedEngine engine, RankingQuery query, IItemVectors history)
    {
        _engine = engine;
        _query = query;
        _history = history;
        _scored = ByShard();
        _compared = ByShard();
        Searches = query.Vector.IsEmpty || query.Effort == RankingEffort.Popular ? [] : Search();
    }

    /// <summary>What to ask each shard, by its index; none when the model knows nothing of the user.</summary>
    public IReadOnlyList<ShardSearch> Searches { get; }

    /// <summary>Takes the answers to <see cref="Searches"/>. What to ask then, by shard; null for a shard that has nothing to say.</summary>
    public IReadOnlyList<ShardComparison?> Gather(IReadOnlyList<ShardHits> hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        var workspace = _engine.Engine.Borrow();
        try
        {
            _engine.Engine.Begin(workspace, _query.User, _query.Request);
            Find(workspace, hits);
            if (_query.IsRanked)
            {
                _engine.Engine.Extractor.ExtractLocal(workspace, _query, _history);
            }

            _eligibility = workspace.Eligibility;
            _buffers = workspace.Detach(_engine.Borrow());
            return Compare(workspace.Profile);
        }
        finally
        {
            _engine.Engine.Return(workspace);
        }
    }

    /// <summary>Takes the answers to the comparisons of <see cref="Gather"/>, null where there was none.</summary>
    public EngineAnswer Answer(IReadOnlyList<ShardFeatures?> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var buffers = _buffers ?? throw new InvalidOperationException("The searches come first.");
        var candidates = new FetchedVectors(_query.Model.Dimensions);
        for (var shard = 0; shard < features.Count; shard++)
        {
            if (features[shard] is { } known)
            {
                Take(buffers, _compared[shard], known, candidates);
            }
        }

        if (_query.IsRanked)
        {
            FeatureExtractor.Complete(buffers);
        }

        var answer = _engine.Engine.Ranking.Answer(buffers, _query, _eligibility, candidates, _history);
        _buffers = null;
        _engine.Return(buffers);
        return answer;
    }

    private void Find(RankingWorkspace workspace, IReadOnlyList<ShardHits> hits)
    {
        if (_query.Effort == RankingEffort.Popular)
        {
            _engine.Engine.Finder.FindPopular(workspace, _query);
            return;
        }

        var found = new VectorHits([.. hits.SelectMany(_engine.RowsOf)], VectorSearch.RunSequence(workspace, _query, CatalogShard.Whole));
        _engine.Engine.Finder.Find(workspace, _query, found, NewItemScores(hits));
    }

    private ShardSearch[] Search()
    {
        var excluded = ByShard<ulong>();
        foreach (var row in _query.User.Seen.ToArray())
        {
            Exclude(row);
        }

        foreach (var item in _query.User.History.Span)
        {
            // Almost always among the seen ones.
            if (!_query.User.Seen.Contains(item.Row))
            {
                Exclude(item.Row);
            }
        }

        ListNewItems();
        return
        [
            .. excluded.Select((keys, shard) => new ShardSearch
            {
                Vector = _query.Vector,
                Similarity = _query.Model.Similarity,
                Count = _query.Candidates,
                Category = _query.Request.Category,
                Where = _query.Request.Where?.Steps ?? [],
                NowMs = _query.Request.NowMs,
                Excluded = keys.ToArray(),
                Scored = KeysOf(_scored[shard]),
            }),
        ];

        void Exclude(int row) => excluded[_engine.Items.ShardOf(row)].Add(_engine.Items.KeyOf(row));
    }

    private void ListNewItems()
    {
        var workspace = _engine.Engine.Borrow();
        try
        {
            _engine.Engine.Begin(workspace, _query.User, _query.Request);
            foreach (var row in _engine.Engine.Finder.NewItems(workspace, _query))
            {
                _scored[_engine.Items.ShardOf(row)].Add(row);
            }
        }
        finally
        {
            _engine.Engine.Return(workspace);
        }
    }

    private Dictionary<int, float> NewItemScores(IReadOnlyList<ShardHits> hits)
    {
        var scores = new Dictionary<int, float>();
        for (var shard = 0; shard < hits.Count; shard++)
        {
            for (var i = 0; i < _scored[shard].Count; i++)
            {
                scores[_scored[shard][i]] = hits[shard].Scored.Span[i];
            }
        }

        return scores;
    }

    private ShardComparison?[] Compare(TasteProfile profile)
    {
        var interest = _query.IsRanked && _query.Interest is { Embeddings: [var slow, ..] embeddings }
            ? new InterestVectors(
                slow, embeddings[^1], profile.RecentVector.ToArray(), profile.LastVector.ToArray(), profile.RejectedVectors.ToArray())
            : null;
        var withVectors = _query.Model.FoldIn is not null && (_query.IsDiverse || (_query.Request.Explain && !_query.Vector.IsEmpty));
        var comparisons = new ShardComparison?[_engine.Items.Shards];
        if (interest is null && !withVectors)
        {
            return comparisons;
        }

        var rows = _buffers!.Candidates.Rows;
        for (var candidate = 0; candidate < rows.Length; candidate++)
        {
            _compared[_engine.Items.ShardOf(rows[candidate])].Add(candidate);
        }

        for (var shard = 0; shard < comparisons.Length; shard++)
        {
            if (_compared[shard].Count > 0)
            {
                var keys = KeysOf(_compared[shard].ConvertAll(candidate => _buffers.Candidates.Rows[candidate]));
                comparisons[shard] = new ShardComparison(keys, interest, withVectors);
            }
        }

        return comparisons;
    }

    private static void Take(CandidateBuffers buffers, List<int> compared, ShardFeatures known, FetchedVectors candidates)
    {
        if (!known.Features.IsEmpty)
        {
            var columns = new VectorColumns(buffers.Features);
            for (var i = 0; i < compared.Count; i++)
            {
                columns[compared[i]] = known.Features.Span[i];
            }
        }

        for (var i = 0; i < compared.Count && !known.Vectors.IsEmpty; i++)
        {
            candidates.Set(buffers.Candidates.Rows[compared[i]], known.Vectors.Span.Slice(i * candidates.Dimensions, candidates.Dimensions));
        }
    }

    private ulong[] KeysOf(List<int> rows) => [.. rows.Select(row => _engine.Items.KeyOf(row))];

    private List<int>[] ByShard() => ByShard<int>();

    private List<T>[] ByShard<T>() => [.. Enumerable.Range(0, _engine.Items.Shards).Select(_ => new List<T>())];
}
