using System.Numerics.Tensors;
using RecActors.Interest;

namespace RecActors.Ranking;

/// <summary>
/// Says why an item is in an answer, from the numbers that put it there: the exact share of every past action in the fold-in
/// score, the features that move the score, the sources that found it. Made for one query, after its candidates are scored.
/// </summary>
internal sealed class RankingExplainer
{
    private readonly CandidateBuffers _buffers;
    private readonly IItemVectors _vectors;
    private readonly RankingQuery _query;
    private readonly int _explainedFeatures;
    private readonly FoldInExplainer[] _foldIns;

    public RankingExplainer(
        CandidateBuffers buffers, RankingQuery query, IItemVectors candidates, IItemVectors history, int explainedFeatures)
    {
        _buffers = buffers;
        _vectors = candidates;
        _query = query;
        _explainedFeatures = explainedFeatures;
        _foldIns = query is { Vector.IsEmpty: false, Model.FoldIn: { } foldIn }
            ? [.. foldIn.Parameters.Decays.Select((_, decay) => foldIn.Explain(query.User.History.Span, history, decay))]
            : [];
    }

    public RankingReasons Explain(int candidate)
    {
        var row = _buffers.Candidates.Rows[candidate];
        var shares = SharesOf(row);
        var (baseline, moves) = MovesOf(candidate);
        return new RankingReasons(
            shares.Sum(share => share.Share),
            [.. shares.OrderByDescending(share => Math.Abs(share.Share)).ThenBy(share => share.Row)],
            [.. moves.Take(_explainedFeatures)],
            SourcesOf(candidate))
        {
            Baseline = baseline,
            OtherFeatures = moves.Skip(_explainedFeatures).Sum(move => move.Move),
        };
    }

    /// <summary>The retrieval vector is the mean of the embeddings, so an action's share is the mean of its shares in them.</summary>
    private HistoryShare[] SharesOf(int row)
    {
        if (_foldIns.Length == 0)
        {
            return [];
        }

        var history = _query.User.History.Span;
        var total = new float[history.Length];
        var part = new float[history.Length];
        foreach (var foldIn in _foldIns)
        {
            foldIn.Contributions(_vectors.Row(row), part);
            TensorPrimitives.Add(total, part, total);
        }

        var shares = new HistoryShare[history.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = new HistoryShare(history[i].Row, total[i] / _foldIns.Length);
        }

        return shares;
    }

    private (float Baseline, FeatureMove[] Moves) MovesOf(int candidate)
    {
        if (_query.Model.Ranker is not { } ranker)
        {
            var values = new float[BlendScorer.Signals.Count];
            var parts = new float[values.Length];
            BlendScorer.Attribute(_buffers, _query.Model.Blend, candidate, values, parts);
            return (0, Largest(BlendScorer.Signals, values, parts));
        }

        var names = ranker.Model.Features;
        var features = new float[FeatureSchema.Count];
        _buffers.Features.CopyRow(candidate, features);
        var moves = new float[names.Count];
        var baseline = ranker.Attribute(features, moves);
        var inputs = new float[names.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = features[FeatureSchema.IndexOf(names[i])];
        }

        return (baseline, Largest(names, inputs, moves));
    }

    private static FeatureMove[] Largest(IReadOnlyList<string> names, float[] values, float[] moves) =>
        [.. names.Select((name, i) => new FeatureMove(name, values[i], moves[i]))
            .OrderByDescending(move => Math.Abs(move.Move)).ThenBy(move => move.Feature, StringComparer.Ordinal)];

    private List<SourcePosition> SourcesOf(int candidate)
    {
        var sources = new List<SourcePosition>();
        var ranks = _buffers.Candidates.RanksOf(candidate);
        for (var source = 0; source < ranks.Length; source++)
        {
            if (ranks[source] > 0)
            {
                sources.Add(new SourcePosition((CandidateSource)source, ranks[source]));
            }
        }

        return sources;
    }
}
