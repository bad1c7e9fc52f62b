using System.Collections.Concurrent;
using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;
using RecActors.Models;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>
/// The recommender as one pure function of a model, a user and the live item statistics: candidates from several sources,
/// merged, ranked by the shared model, made diverse. It serves, replays for the trainer, and is evaluated, by the same code.
/// Equal inputs give equal answers. Safe for concurrent use; each query borrows a workspace whose size follows the catalog.
/// </summary>
public sealed class RecommendationEngine
{
    private readonly ConcurrentBag<RankingWorkspace> _workspaces = [];

    public RecommendationEngine(CatalogReplica catalog, ItemStatistics statistics, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(options);
        Catalog = catalog;
        Statistics = statistics;
        Options = options;
        Facts = RowFacts.Of(catalog);
        Finder = new CandidateFinder(catalog, statistics, options);
        Extractor = new FeatureExtractor(catalog, statistics, Facts);
        Ranking = new AnswerRanking(catalog, options);
    }

    public CatalogReplica Catalog { get; }

    public ItemStatistics Statistics { get; }

    public RankingOptions Options { get; }

    internal RowFacts Facts { get; }

    internal CandidateFinder Finder { get; }

    internal FeatureExtractor Extractor { get; }

    internal AnswerRanking Ranking { get; }

    /// <summary>The interest of a history from scratch; null without a model or a history. For many queries of one user, <see cref="FoldInPool"/> is cheaper.</summary>
    public static UserInterest? EncodeInterest(ServingModel model, ReadOnlyMemory<HistoryItem> newestFirst)
    {
        ArgumentNullException.ThrowIfNull(model);
        return EncodeInterest(model, newestFirst, model.Vectors);
    }

    /// <summary>The same with vectors that are not in the model: they are in shards.</summary>
    public static UserInterest? EncodeInterest(ServingModel model, ReadOnlyMemory<HistoryItem> newestFirst, IItemVectors vectors)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.FoldIn is { } foldIn && !newestFirst.IsEmpty
            ? new UserInterest(model.Version, foldIn.Encode(newestFirst.Span, vectors)) { Sequence = model.Sequence?.Encode(newestFirst) }
            : null;
    }

    /// <summary>
    /// One shard's part of the sources that search by vectors: the unseen, allowed items nearest to the user's interest, and those that
    /// the sequence model expects. To be called for every shard with one model; <see cref="VectorHits.Of"/> all answers, in any order, are
    /// the hits of <see cref="Recommend(ServingModel, UserContext, RecommendRequest, VectorHits)"/>. Empty when the model knows nothing of the user.
    /// </summary>
    public VectorHits SearchVectors(ServingModel model, UserContext user, CatalogShard shard, RecommendRequest request)
    {
        var workspace = Borrow();
        try
        {
            return VectorSearch.Run(workspace, Begin(workspace, model, user, request), shard);
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>One shard's part for several users at once, in their order: one pass over the vectors serves them all.</summary>
    public VectorHits[] SearchVectors(
        ServingModel model, IReadOnlyList<(UserContext User, RecommendRequest Request)> searches, CatalogShard shard)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(searches);
        var borrowed = new RankingWorkspace[searches.Count];
        var queries = new RankingQuery[searches.Count];
        try
        {
            for (var i = 0; i < queries.Length; i++)
            {
                borrowed[i] = Borrow();
                queries[i] = Begin(borrowed[i], model, searches[i].User, searches[i].Request);
            }

            return VectorSearch.Run(model, borrowed, queries, shard);
        }
        finally
        {
            foreach (var workspace in borrowed)
            {
                if (workspace is not null)
                {
                    Return(workspace);
                }
            }
        }
    }

    /// <summary>What the user wants next, given the hits of all shards. Seen and ineligible items never are in the answer.</summary>
    public EngineAnswer Recommend(ServingModel model, UserContext user, RecommendRequest request, VectorHits hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        var workspace = Borrow();
        try
        {
            return Answer(workspace, Begin(workspace, model, user, request), hits);
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>The same with the whole catalog as one shard, which is searched here: what is known of the user is read once for both.</summary>
    /// <param name="model">The model.</param>
    /// <param name="user">The user.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="searched">Called after the search, before the ranking.</param>
    public EngineAnswer Recommend(ServingModel model, UserContext user, RecommendRequest request, Action? searched = null)
    {
        var workspace = Borrow();
        try
        {
            var query = Begin(workspace, model, user, request);
            var hits = VectorSearch.Run(workspace, query, CatalogShard.Whole);
            searched?.Invoke();
            return Answer(workspace, query, hits);
        }
        finally
        {
            Return(workspace);
        }
    }

    /// <summary>The items nearest to the user's interest, from the hits of all shards: collaborative filtering alone, without the ranker.</summary>
    public EngineAnswer Nearest(ServingModel model, UserContext user, RecommendRequest request, IEnumerable<ScoredRow> hits)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(request);
        var eligibility = new Eligibility(Catalog, Facts, request.Category, request.NowMs, request.Where);
        var caps = request.Caps.Count == 0 ? null : new CategoryCaps(request.Caps, Catalog);
        var items = hits.Where(hit => eligibility.Allows(hit.Row))
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row, Catalog.RowsById)
            .Where(hit => caps?.TryTake(hit.Row) != false)
            .Skip(request.Offset).Take(request.Count)
            .Select(hit => new RankedItem(hit.Row, Catalog.IdOf(hit.Row), hit.Score));
        return new EngineAnswer([.. items], user.UserVersion, model.Version);
    }

    /// <summary>The candidates and features of a query at a moment of a replay, and where the targets, distinct rows, are among them.</summary>
    public RankingExample GatherExample(ServingModel model, UserContext user, ReadOnlySpan<int> targetRows, long nowMs)
    {
        var workspace = Borrow();
        try
        {
            var query = Begin(workspace, model, user, new RecommendRequest { NowMs = nowMs });
            Finder.Find(workspace, query, VectorSearch.Run(workspace, query, CatalogShard.Whole));
            Extractor.Extract(workspace, query);
            var rows = workspace.Candidates.Rows.ToArray();
            var features = new float[rows.Length * FeatureSchema.Count];
            workspace.Buffers.Features.CopyRowMajor(features);
            var labels = new List<int>();
            for (var candidate = 0; candidate < rows.Length; candidate++)
            {
                if (targetRows.Contains(rows[candidate]))
                {
                    labels.Add(candidate);
                }
            }

            var signals = model.Ranker is null ? new float[rows.Length * BlendScorer.Signals.Count] : [];
            if (signals.Length > 0)
            {
                BlendScorer.ReadSignals(workspace.Buffers, signals);
            }

            return new RankingExample(rows, features, [.. labels], targetRows.Length) { FoundBy = workspace.Candidates.Sources(), Signals = signals };
        }
        finally
        {
            Return(workspace);
        }
    }

    internal RankingWorkspace Borrow() => _workspaces.TryTake(out var workspace) ? workspace : new RankingWorkspace();

    internal void Return(RankingWorkspace workspace)
    {
        workspace.End();
        _workspaces.Add(workspace);
    }

    /// <summary>Prepares the workspace for a query.</summary>
    internal void Begin(RankingWorkspace workspace, UserContext user, RecommendRequest request) =>
        workspace.Begin(Catalog, user, new Eligibility(Catalog, Facts, request.Category, request.NowMs, request.Where));

    private RankingQuery Begin(RankingWorkspace workspace, ServingModel model, UserContext user, RecommendRequest request)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(request);
        Begin(workspace, user, request);

        // An interest of another model is in another space: comparing the two would be meaningless, not merely stale.
        // What is popular needs no interest at all.
        var interest = request is { Effort: RankingEffort.Popular, Explain: false } ? null
            : user.Interest is { } known && known.ModelVersion == model.Version && model.FoldIn is not null
            ? known
            : EncodeInterest(model, user.History);
        return new RankingQuery(model, user, interest, request, Options);
    }

    private EngineAnswer Answer(RankingWorkspace workspace, RankingQuery query, VectorHits hits)
    {
        if (query.Effort == RankingEffort.Popular)
        {
            Finder.FindPopular(workspace, query);
        }
        else
        {
            Finder.Find(workspace, query, hits);
        }

        if (query.IsRanked)
        {
            Extractor.Extract(workspace, query);
        }

        return Ranking.Answer(workspace.Buffers, query, workspace.Eligibility, query.Model.Vectors, query.Model.Vectors);
    }
}
