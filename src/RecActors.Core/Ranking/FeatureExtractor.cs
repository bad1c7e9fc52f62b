using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.ItemToItem;

namespace RecActors.Ranking;

/// <summary>Computes every <see cref="RankingFeature"/> of all candidates of a query. Serving and the trainer's replay both come here, so they cannot differ.</summary>
internal sealed class FeatureExtractor(CatalogReplica catalog, ItemStatistics statistics, RowFacts facts)
{
    private const float YearOrigin = 1990f;
    private const float YearUnit = 20f;
    private const float YearsPerDecade = 10f;

    /// <summary>Fills the workspace's features for its candidates.</summary>
    public void Extract(RankingWorkspace workspace, RankingQuery query)
    {
        var rows = workspace.Candidates.Rows;
        var features = workspace.Features;
        features.Reset(rows.Length);
        workspace.Profile.Build(query.User, catalog, facts, query.Model.Vectors);
        CompareVectors(features, rows, query, workspace.Profile);
        ReadItemToItem(features, rows, workspace.ItemToItem);
        ReadPopularity(features, rows, query.Request.NowMs);
        CompareContent(features, rows, workspace.Profile);
        features[RankingFeature.HistoryLength].Fill(MathF.Log(1 + query.User.History.Length));
        DeriveRanksAndMargins(features);
    }

    private static void CompareVectors(FeatureTable features, ReadOnlySpan<int> rows, RankingQuery query, TasteProfile profile)
    {
        if (query.Interest is not { Embeddings: [var slow, ..] embeddings })
        {
            return;
        }

        var foldInSlow = features[RankingFeature.FoldInSlow];
        var foldInFast = features[RankingFeature.FoldInFast];
        var cosineSlow = features[RankingFeature.CosineSlow];
        var cosineFast = features[RankingFeature.CosineFast];
        var cosineRecent = features[RankingFeature.CosineRecent];
        var cosineLast = features[RankingFeature.CosineLast];
        var cosineRejected = features[RankingFeature.CosineRejected];
        var vectors = query.Model.Vectors;
        var fast = embeddings[^1];
        var slowScale = InverseOf(TensorPrimitives.Norm<float>(slow));
        var fastScale = InverseOf(TensorPrimitives.Norm<float>(fast));
        var last = profile.LastRow >= 0 ? vectors.Row(profile.LastRow) : default;
        var lastScale = profile.LastRow >= 0 ? InverseOf(MathF.Sqrt(vectors.SquaredNorm(profile.LastRow))) : 0f;
        for (var i = 0; i < rows.Length; i++)
        {
            var vector = vectors.Row(rows[i]);
            var scale = InverseOf(MathF.Sqrt(vectors.SquaredNorm(rows[i])));
            foldInSlow[i] = TensorPrimitives.Dot(slow, vector);
            foldInFast[i] = TensorPrimitives.Dot(fast, vector);
            cosineSlow[i] = foldInSlow[i] * slowScale * scale;
            cosineFast[i] = foldInFast[i] * fastScale * scale;
            cosineRecent[i] = TensorPrimitives.Dot(profile.RecentVector, vector) * scale;
            cosineLast[i] = lastScale > 0 ? TensorPrimitives.Dot(last, vector) * lastScale * scale : 0f;
            foreach (var row in profile.Rejected)
            {
                var cosine = TensorPrimitives.Dot(vectors.Row(row), vector) * scale * InverseOf(MathF.Sqrt(vectors.SquaredNorm(row)));
                cosineRejected[i] = Math.Max(cosineRejected[i], cosine);
            }
        }
    }

    private static void ReadItemToItem(FeatureTable features, ReadOnlySpan<int> rows, ItemToItemScores scores)
    {
        Read(RankingFeature.TransitionsSlow, ItemToItemSignal.TransitionSlow, rows);
        Read(RankingFeature.TransitionsFast, ItemToItemSignal.TransitionFast, rows);
        Read(RankingFeature.TransitionNext, ItemToItemSignal.Next, rows);
        Read(RankingFeature.TransitionsSymmetric, ItemToItemSignal.Symmetric, rows);
        Read(RankingFeature.CooccurrenceSlow, ItemToItemSignal.CooccurrenceSlow, rows);
        Read(RankingFeature.CooccurrenceFast, ItemToItemSignal.CooccurrenceFast, rows);

        void Read(RankingFeature feature, ItemToItemSignal signal, ReadOnlySpan<int> rows)
        {
            var column = features[feature];
            for (var i = 0; i < rows.Length; i++)
            {
                column[i] = scores[signal, rows[i]];
            }

            features.LogOfSparse(feature);
        }
    }

    private void ReadPopularity(FeatureTable features, ReadOnlySpan<int> rows, long nowMs)
    {
        var count = features[RankingFeature.Popularity];
        var recent = features[RankingFeature.RecentPopularity];
        var age = features[RankingFeature.ItemAge];
        for (var i = 0; i < rows.Length; i++)
        {
            count[i] = (float)statistics.Count(rows[i]);
            recent[i] = statistics.RecentPopularity(rows[i]);
            age[i] = DaysSince(statistics.FirstSeenMs(rows[i]) ?? catalog[rows[i]]?.TimestampMs ?? 0, nowMs);
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
        for (var i = 0; i < rows.Length; i++)
        {
            var content = catalog.FeaturesOf(rows[i]);
            categoryProfile[i] = profile.Categories.CosineWith(content.Categories);
            contentProfile[i] = profile.Content.CosineWith(content.Tokens);
            contentRecent[i] = profile.RecentContent.CosineWith(content.Tokens);
            userLabels[i] = profile.Labels.CosineWith(content.Tokens);
            var year = facts.YearOf(rows[i]);
            years[i] = year == 0 ? float.NaN : (year - YearOrigin) / YearUnit;
            distances[i] = year == 0 || profile.Year == 0 ? float.NaN : -Math.Abs(year - profile.Year) / YearsPerDecade;
        }

        FillUnknownWithMean(years);
        FillUnknownWithMean(distances);
    }

    private static void DeriveRanksAndMargins(FeatureTable features)
    {
        features.LogRank(RankingFeature.RankFoldIn, RankingFeature.FoldInSlow);
        features.LogRank(RankingFeature.RankTransitions, RankingFeature.TransitionsSlow);
        features.LogRank(RankingFeature.RankCooccurrence, RankingFeature.CooccurrenceSlow);
        features.LogRank(RankingFeature.RankRecentPopularity, RankingFeature.RecentPopularity);
        features.Margin(RankingFeature.MarginFoldInSlow, RankingFeature.FoldInSlow);
        features.Margin(RankingFeature.MarginFoldInFast, RankingFeature.FoldInFast);
        features.Margin(RankingFeature.MarginTransitionsSlow, RankingFeature.TransitionsSlow);
        features.Margin(RankingFeature.MarginTransitionsFast, RankingFeature.TransitionsFast);
        features.Margin(RankingFeature.MarginCooccurrenceSlow, RankingFeature.CooccurrenceSlow);
        features.Margin(RankingFeature.MarginCooccurrenceFast, RankingFeature.CooccurrenceFast);
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

    private static float InverseOf(float norm) => norm > 0 ? 1f / norm : 0f;
}
