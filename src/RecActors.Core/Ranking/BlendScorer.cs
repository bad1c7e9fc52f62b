using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RecActors.Ranking;

/// <summary>
/// Scores candidates without a ranker: Σ weight × z-score over the candidates of the fold-in, the transitions, the
/// co-occurrence, the recent popularity, the sequence model and the learned item-to-item weights. A signal that says the same of every candidate counts nothing.
/// </summary>
internal static class BlendScorer
{
    /// <summary>The signals' names, as explanations show them.</summary>
    public static IReadOnlyList<string> Signals { get; } =
        [nameof(BlendWeights.FoldIn), nameof(BlendWeights.Transitions), nameof(BlendWeights.Cooccurrence), nameof(BlendWeights.Popularity), nameof(BlendWeights.Sequence), nameof(BlendWeights.Linear)];

    /// <summary>Writes one score per candidate.</summary>
    public static void Score(CandidateBuffers buffers, BlendWeights weights, Span<float> scores)
    {
        var rented = ArrayPool<float>.Shared.Rent(scores.Length * Signals.Count);
        var signals = rented.AsSpan(0, scores.Length * Signals.Count);
        ReadSignals(buffers, signals);
        Combine(signals, weights, scores);
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Writes the standardised signals of all candidates, one signal after the other.</summary>
    public static void ReadSignals(CandidateBuffers buffers, Span<float> signals)
    {
        var count = buffers.Candidates.Count;
        for (var signal = 0; signal < Signals.Count; signal++)
        {
            var column = signals.Slice(signal * count, count);
            Read(buffers, signal, column);
            Standardize(column);
        }
    }

    /// <summary>Writes the weighted sum of signals, one score per candidate.</summary>
    public static void Combine(ReadOnlySpan<float> signals, BlendWeights weights, Span<float> scores)
    {
        scores.Clear();
        for (var signal = 0; signal < Signals.Count; signal++)
        {
            TensorPrimitives.MultiplyAdd(signals.Slice(signal * scores.Length, scores.Length), WeightOf(weights, signal), scores, scores);
        }
    }

    /// <summary>What each signal adds to one candidate's score, in the order of <see cref="Signals"/>; the moves add up to the score.</summary>
    public static void Attribute(CandidateBuffers buffers, BlendWeights weights, int candidate, Span<float> values, Span<float> moves)
    {
        var column = new float[buffers.Candidates.Count];
        for (var signal = 0; signal < Signals.Count; signal++)
        {
            Read(buffers, signal, column);
            values[signal] = column[candidate];
            Standardize(column);
            moves[signal] = column[candidate] * WeightOf(weights, signal);
        }
    }

    private static float WeightOf(BlendWeights weights, int signal) => signal switch
    {
        0 => weights.FoldIn,
        1 => weights.Transitions,
        2 => weights.Cooccurrence,
        3 => weights.Popularity,
        4 => weights.Sequence,
        _ => weights.Linear,
    };

    private static void Read(CandidateBuffers buffers, int signal, Span<float> column)
    {
        var features = buffers.Features;
        switch (signal)
        {
            case 0:
                TensorPrimitives.Add(features[RankingFeature.FoldInSlow], features[RankingFeature.FoldInFast], column);
                break;
            case 1:
                CollectionsMarshal.AsSpan(buffers.Transitions).CopyTo(column);
                break;
            case 2:
                CollectionsMarshal.AsSpan(buffers.Cooccurrence).CopyTo(column);
                break;
            case 3:
                features[RankingFeature.RecentPopularity].CopyTo(column);
                break;
            case 4:
                features[RankingFeature.Sequence].CopyTo(column);
                break;
            default:
                features[RankingFeature.Linear].CopyTo(column);
                break;
        }
    }

    private static void Standardize(Span<float> column)
    {
        if (column.IsEmpty)
        {
            return;
        }

        var mean = TensorPrimitives.Sum<float>(column) / column.Length;
        TensorPrimitives.Subtract(column, mean, column);
        var deviation = MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(column) / column.Length);

        // A constant column differs from its mean by rounding only, which must not be blown up.
        if (deviation > 1e-6f * Math.Max(1e-6f, Math.Abs(mean)))
        {
            TensorPrimitives.Divide(column, deviation, column);
        }
        else
        {
            column.Clear();
        }
    }
}
