using System.Collections.Concurrent;
using System.Runtime.InteropServices;
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
    public static UserInterest? EncodeInterest(ServingModel model, ReadOnlySpan<HistoryItem> newestFirst)
    {
        ArgumentNullException.ThrowIfNull(model);
        return EncodeInterest(model, newestFirst, model.Vectors);
    }

    /// <summary>The same with vectors that are not in the model: they are in shards.</summary>
    public static UserInterest? EncodeInterest(ServingModel model, ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.FoldIn is { } foldIn && !newestFirst.IsEmpty
            ? new UserInterest(model.Version, foldIn.Encode(newestFirst, vectors))
            : null;
    }

    /// <summary>
    /// One shard's part of the embedding source: the unseen, allowed items nearest to the user's interest. To be called for
    /// every shard with one model; the answers together, in any order, are the hits of <see cref="Recommend(ServingModel, UserContext, RecommendRequest, IReadOnlyList{ScoredRow})"/>.
    /// Empty when the model knows nothing of the user.
    /// </summary>
    public ScoredRow[] SearchEmbedding(ServingModel model, UserContext user, CatalogShard shard, RecommendRequest request)
    {
        var workspace = Borrow();
        try
        {
            return Search(workspace, Begin(workspace, model, user, request), shard);
        }
        finally
        {
            _workspaces.Add(workspace);
        }
    }

    /// <summary>One shard's part for several users at once, in their order: one pass over the vectors serves them all.</summary>
    public ScoredRow[][] SearchEmbeddings(
        ServingModel model, IReadOnlyList<(UserContext User, RecommendRequest Request)> searches, CatalogShard shard)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(searches);
        var answers = new ScoredRow[searches.Count][];
        var borrowed = new RankingWorkspace[searches.Count];
        var (queries, places) = (new List<RetrievalQuery<AcceptedRows>>(), new List<int>());
        try
        {
            for (var i = 0; i < answers.Length; i++)
            {
                borrowed[i] = Borrow();
                answers[i] = [];
                var query = Begin(borrowed[i], model, searches[i].User, searches[i].Request);
                if (!query.Vector.IsEmpty)
                {
                    queries.Add(new(query.Vector, query.Candidates, new AcceptedRows(borrowed[i].Accepts)));
                    places.Add(i);
                }
            }

            var found = ExactRetriever.SearchBatch<AcceptedRows>(model.Vectors, CollectionsMarshal.AsSpan(queries), model.Similarity, shard);
            for (var i = 0; i < found.Length; i++)
            {
                answers[places[i]] = found[i];
            }

            return answers;
        }
        finally
        {
            foreach (var workspace in borrowed)
            {
                if (workspace is not null)
                {
                    _workspaces.Add(workspace);
                }
            }
        }
    }

    /// <summary>What the user wants next, given the hits of all shards. Seen and ineligible items never are in the answer.</summary>
    public EngineAnswer Recommend(ServingModel model, UserContext user, RecommendRequest request, IReadOnlyList<ScoredRow> embeddingHits)
    {
        ArgumentNullException.ThrowIfNull(embeddingHits);
        var workspace = Borrow();
        try
        {
            return Answer(workspace, Begin(workspace, model, user, request), embeddingHits);
        }
        finally
        {
            _workspaces.Add(workspace);
        }
    }

    /// <summary>The same with the whole catalog as one shard.</summary>
    public EngineAnswer Recommend(ServingModel model, UserContext user, RecommendRequest request)
    {
        var workspace = Borrow();
        try
        {
            var query = Begin(workspace, model, user, request);
            return Answer(workspace, query, Search(workspace, query, CatalogShard.Whole));
        }
        finally
        {
            _workspaces.Add(workspace);
        }
    }

    /// <summary>The candidates and features of a query at a moment of a replay, and where the target is among them.</summary>
    public RankingExample GatherExample(ServingModel model, UserContext user, int targetRow, long nowMs)
    {
        var workspace = Borrow();
        try
        {
            var query = Begin(workspace, model, user, new RecommendRequest { NowMs = nowMs });
            Finder.Find(workspace, query, Search(workspace, query, CatalogShard.Whole));
            Extractor.Extract(workspace, query);
            var rows = workspace.Candidates.Rows.ToArray();
            var features = new float[rows.Length * FeatureSchema.Count];
            workspace.Buffers.Features.CopyRowMajor(features);
            return new RankingExample(rows, features, Array.IndexOf(rows, targetRow));
        }
        finally
        {
            _workspaces.Add(workspace);
        }
    }

    internal RankingWorkspace Borrow() => _workspaces.TryTake(out var workspace) ? workspace : new RankingWorkspace();

    internal void Return(RankingWorkspace workspace) => _workspaces.Add(workspace);

    /// <summary>Prepares the workspace for a query.</summary>
    internal void Begin(RankingWorkspace workspace, UserContext user, RecommendRequest request) =>
        workspace.Begin(Catalog, user, new Eligibility(Catalog, Facts, request.Category, request.NowMs));

    private RankingQuery Begin(RankingWorkspace workspace, ServingModel model, UserContext user, RecommendRequest request)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(request);
        Begin(workspace, user, request);

        // An interest of another model is in another space: comparing the two would be meaningless, not merely stale.
        var interest = user.Interest is { } known && known.ModelVersion == model.Version && model.FoldIn is not null
            ? known
            : EncodeInterest(model, user.History.Span);
        return new RankingQuery(model, user, interest, request, Options);
    }

    private static ScoredRow[] Search(RankingWorkspace workspace, RankingQuery query, CatalogShard shard) => query.Vector.IsEmpty
        ? []
        : ExactRetriever.Search(
            query.Model.Vectors, query.Vector.Span, query.Model.Similarity, query.Candidates, new AcceptedRows(workspace.Accepts), shard);

    private EngineAnswer Answer(RankingWorkspace workspace, RankingQuery query, IReadOnlyList<ScoredRow> embeddingHits)
    {
        Finder.Find(workspace, query, embeddingHits);
        Extractor.Extract(workspace, query);
        return Ranking.Answer(workspace.Buffers, query, workspace.Eligibility, query.Model.Vectors, query.Model.Vectors);
    }

    private readonly struct AcceptedRows(Predicate<int> accepts) : IRowFilter
    {
        public bool Accepts(int row) => accepts(row);
    }
}
