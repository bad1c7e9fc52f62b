using RecActors.Catalog;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.Ranking;

/// <summary>Computes every <see cref="RankingFeature"/> of all candidates of a query. Serving and the trainer's replay both come here, so they cannot differ.</summary>
internal sealed class FeatureExtractor(CatalogReplica catalog, ItemStatistics statistics, RowFacts facts)
{
    private const float YearOrigin = 1990f;
    private const float YearUnit = 20f;
    private const float YearsPerDecade = 10f;

    /// <summary>So many candidates ahead their records are asked for.</summary>
    private const int PrefetchDistance = 16;

    /// <summary>And so many ahead their vectors.</summary>
    private const int VectorsAhead = 4;

    /// <summary>Fills the features of the workspace's candidates.</summary>
    public void Extract(RankingWorkspace workspace, RankingQuery query)
    {
        ExtractLocal(workspace, query, query.Model.Vectors);
        CompareVectors(workspace.Buffers, query, workspace.Profile);
        Complete(workspace.Buffers);
    }

    /// <summary>Fills the features that need no vector of a candidate, and makes the profile of the user.</summary>
    public void ExtractLocal(RankingWorkspace workspace, RankingQuery query, IItemVectors history)
    {
        var buffers = workspace.Buffers;
        var rows = buffers.Candidates.Rows;
        buffers.Features.Reset(rows.Length);
        workspace.Profile.Build(query.User, catalog, facts, history);
        ReadItemToItem(buffers, workspace.ItemToItem, keepRaw: query.Model.Ranker is null);
        ReadLinear(buffers.Features, rows, query, workspace.Linear);
        ReadPopularity(buffers.Features, rows, query.Request.NowMs);
        CompareContent(buffers.Features, rows, workspace.Profile);
        CompareSequence(buffers.Features, rows, query);
        buffers.Features[RankingFeature.HistoryLength].Fill(MathF.Log(1 + query.User.History.Length));
    }

    /// <summary>Derives what compares the candidates with each other, when everything else is there.</summary>
    public static void Complete(CandidateBuffers buffers) => DeriveRanksAndMargins(buffers.Features);

    private static void CompareVectors(CandidateBuffers buffers, RankingQuery query, TasteProfile profile)
    {
        if (query.Interest is not { Embeddings: [var slow, ..] embeddings })
        {
            return;
        }

        var comparison = new VectorComparison(
            slow, embeddings[^1], profile.RecentVector, profile.LastVector, profile.RejectedVectors, profile.RejectedScales);
        var vectors = query.Model.Vectors;
        var rows = buffers.Candidates.Rows;
        var columns = new VectorColumns(buffers.Features);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + VectorsAhead < rows.Length)
            {
                vectors.Prefetch(rows[i + VectorsAhead]);
            }

            columns[i] = comparison.With(vectors.Row(rows[i]), vectors.SquaredNorm(rows[i]));
        }
    }

    private static void ReadItemToItem(CandidateBuffers buffers, ItemToItemScores scores, bool keepRaw)
    {
        var features = buffers.Features;
        var rows = buffers.Candidates.Rows;
        var transitionsSlow = features[RankingFeature.TransitionsSlow];
        var transitionsFast = features[RankingFeature.TransitionsFast];
        var next = features[RankingFeature.TransitionNext];
        var symmetric = features[RankingFeature.TransitionsSymmetric];
        var cooccurrenceSlow = features[RankingFeature.CooccurrenceSlow];
        var cooccurrenceFast = features[RankingFeature.CooccurrenceFast];
        for (var i = 0; i < rows.Length; i++)
        {
            var ofRow = scores.Of(rows[i]);
            transitionsSlow[i] = ofRow[(int)ItemToItemSignal.TransitionSlow];
            transitionsFast[i] = ofRow[(int)ItemToItemSignal.TransitionFast];
            next[i] = ofRow[(int)ItemToItemSignal.Next];
            symmetric[i] = ofRow[(int)ItemToItemSignal.Symmetric];
            cooccurrenceSlow[i] = ofRow[(int)ItemToItemSignal.CooccurrenceSlow];
            cooccurrenceFast[i] = ofRow[(int)ItemToItemSignal.CooccurrenceFast];
        }

        if (keepRaw)
        {
            buffers.Transitions.AddRange(transitionsSlow);
            buffers.Cooccurrence.AddRange(cooccurrenceSlow);
        }

        features.LogOfSparse(RankingFeature.TransitionsSlow);
        features.LogOfSparse(RankingFeature.TransitionsFast);
        features.LogOfSparse(RankingFeature.TransitionNext);
        features.LogOfSparse(RankingFeature.TransitionsSymmetric);
        features.LogOfSparse(RankingFeature.CooccurrenceSlow);
        features.LogOfSparse(RankingFeature.CooccurrenceFast);
    }

    private static void ReadLinear(FeatureTable features, ReadOnlySpan<int> rows, RankingQuery query, LinearItemScores scores)
    {
        if (query.Model.Linear is null)
        {
            return;
        }

        var even = features[RankingFeature.Linear];
        var faded = features[RankingFeature.LinearFaded];
        for (var i = 0; i < rows.Length; i++)
        {
            even[i] = scores.Even(rows[i]);
            faded[i] = scores.Faded(rows[i]);
        }
    }

    private void ReadPopularity(FeatureTable features, ReadOnlySpan<int> rows, long nowMs)
    {
        var count = features[RankingFeature.Popularity];
        var recent = features[RankingFeature.RecentPopularity];
        var age = features[RankingFeature.ItemAge];
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + PrefetchDistance < rows.Length)
            {
                statistics.PrefetchPopularity(rows[i + PrefetchDistance]);
                facts.Prefetch(rows[i + PrefetchDistance]);
            }

            var popularity = statistics.PopularityOf(rows[i]);
            count[i] = (float)popularity.Count;
            recent[i] = popularity.Recent;
            age[i] = DaysSince(popularity.FirstSeenMs ?? facts.TimestampMsOf(rows[i]), nowMs);
        }

        features.Log1P(RankingFeature.Popularity);
        features.Log1P(RankingFeature.RecentPopularity);
        features.Log1P(RankingFeature.ItemAge);
        FillUnknownWithMean(age);
    }

    private void CompareContent(FeatureTable features, ReadOnlySpan<int> rows, TasteProfile profile)
    {
        var years = features[RankingFeature.ReleaseYear];
        var distances = features[RankingFeature.YearDistance];
        var categoryProfile = features[RankingFeature.CategoryProfile];
        var contentProfile = features[RankingFeature.ContentProfile];
        var contentRecent = features[RankingFeature.ContentRecent];
        var userLabels = features[RankingFeature.UserLabels];
        var contents = profile.ReadContents(rows, catalog);
        for (var i = 0; i < rows.Length; i++)
        {
            var cosines = profile.Tokens.CosinesWith(contents[i]);
            categoryProfile[i] = cosines[TokenProfiles.Categories];
            contentProfile[i] = cosines[TokenProfiles.Content];
            contentRecent[i] = cosines[TokenProfiles.Recent];
            userLabels[i] = cosines[TokenProfiles.Labels];
            var year = facts.YearOf(rows[i]);
            years[i] = year == 0 ? float.NaN : (year - YearOrigin) / YearUnit;
            distances[i] = year == 0 || profile.Year == 0 ? float.NaN : -Math.Abs(year - profile.Year) / YearsPerDecade;
        }

        FillUnknownWithMean(years);
        FillUnknownWithMean(distances);
    }

    /// <summary>The sequence model has its vectors on every silo, also where those of the fold-in are in shards.</summary>
    private static void CompareSequence(FeatureTable features, ReadOnlySpan<int> rows, RankingQuery query)
    {
        if (query.SequenceVector.IsEmpty)
        {
            return;
        }

        var column = features[RankingFeature.Sequence];
        query.Model.Sequence!.Score(query.SequenceVector.Span, rows, column);
        FillUnknownWithMean(column);
    }

    private static void DeriveRanksAndMargins(FeatureTable features)
    {
        features.LogRank(RankingFeature.RankFoldIn, RankingFeature.FoldInSlow);
        features.LogRank(RankingFeature.RankTransitions, RankingFeature.TransitionsSlow);
        features.LogRank(RankingFeature.RankCooccurrence, RankingFeature.CooccurrenceSlow);
        features.LogRank(RankingFeature.RankRecentPopularity, RankingFeature.RecentPopularity);
        features.LogRank(RankingFeature.RankSequence, RankingFeature.Sequence);
        features.Margin(RankingFeature.MarginFoldInSlow, RankingFeature.FoldInSlow);
        features.Margin(RankingFeature.MarginFoldInFast, RankingFeature.FoldInFast);
        features.Margin(RankingFeature.MarginTransitionsSlow, RankingFeature.TransitionsSlow);
        features.Margin(RankingFeature.MarginTransitionsFast, RankingFeature.TransitionsFast);
        features.Margin(RankingFeature.MarginCooccurrenceSlow, RankingFeature.CooccurrenceSlow);
        features.Margin(RankingFeature.MarginCooccurrenceFast, RankingFeature.CooccurrenceFast);
        features.Margin(RankingFeature.MarginSequence, RankingFeature.Sequence);
        features.LogRank(RankingFeature.RankLinear, RankingFeature.Linear);
        features.Margin(RankingFeature.MarginLinear, RankingFeature.Linear);
    }

    /// <summary>NaN, for what is not known of an item, becomes the mean of the others: it neither helps nor harms.</summary>
    private static void FillUnknownWithMean(Span<float> column)
    {
        var sum = 0f;
        var known = 0;
        foreach (var value in column)
        {
            if (!float.IsNaN(value))
            {
                sum += value;
                known++;
            }
        }

        column.Replace(float.NaN, known > 0 ? sum / known : 0f);
    }

    /// <summary>NaN when the time is not known.</summary>
    private static float DaysSince(long timestampMs, long nowMs) =>
        timestampMs <= 0 ? float.NaN : Math.Max(0, nowMs - timestampMs) / (float)TimeSpan.MillisecondsPerDay;
}
