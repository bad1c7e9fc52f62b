using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>The vectors that candidates are compared with. The one place of this arithmetic, wherever the candidates' vectors are.</summary>
internal readonly ref struct VectorComparison
{
    private readonly ReadOnlySpan<float> _slow;
    private readonly ReadOnlySpan<float> _fast;
    private readonly ReadOnlySpan<float> _recent;
    private readonly ReadOnlySpan<float> _last;
    private readonly ReadOnlySpan<float> _rejected;
    private readonly ReadOnlySpan<float> _rejectedScales;
    private readonly float _slowScale;
    private readonly float _fastScale;
    private readonly float _lastScale;

    /// <param name="slow">The embedding of the slowest decay.</param>
    /// <param name="fast">The one of the fastest.</param>
    /// <param name="recent">The average of the latest liked items, as a unit vector.</param>
    /// <param name="last">The item liked last; zeros for none.</param>
    /// <param name="rejected">The rejected items, one after the other.</param>
    /// <param name="rejectedScales">One <see cref="ScaleOf"/> for each of them.</param>
    public VectorComparison(
        ReadOnlySpan<float> slow,
        ReadOnlySpan<float> fast,
        ReadOnlySpan<float> recent,
        ReadOnlySpan<float> last,
        ReadOnlySpan<float> rejected,
        ReadOnlySpan<float> rejectedScales)
    {
        _slow = slow;
        _fast = fast;
        _recent = recent;
        _last = last;
        _rejected = rejected;
        _rejectedScales = rejectedScales;
        _slowScale = InverseOf(TensorPrimitives.Norm(slow));
        _fastScale = InverseOf(TensorPrimitives.Norm(fast));
        _lastScale = ScaleOf(VectorKernels.Best.Dot(last, last));
    }

    /// <summary>What the ranker wants to know of an item's vector.</summary>
    public VectorFeatures With(ReadOnlySpan<float> vector, float squaredNorm)
    {
        var scale = ScaleOf(squaredNorm);
        var foldInSlow = TensorPrimitives.Dot(_slow, vector);
        var foldInFast = TensorPrimitives.Dot(_fast, vector);
        var cosineRejected = 0f;
        for (var i = 0; i < _rejectedScales.Length; i++)
        {
            var dot = TensorPrimitives.Dot(_rejected.Slice(i * vector.Length, vector.Length), vector);
            cosineRejected = Math.Max(cosineRejected, dot * scale * _rejectedScales[i]);
        }

        return new VectorFeatures(
            foldInSlow,
            foldInFast,
            foldInSlow * _slowScale * scale,
            foldInFast * _fastScale * scale,
            TensorPrimitives.Dot(_recent, vector) * scale,
            _lastScale > 0 ? TensorPrimitives.Dot(_last, vector) * _lastScale * scale : 0f,
            cosineRejected);
    }

    /// <summary>1 / |v|, 0 for a vector of zeros.</summary>
    public static float ScaleOf(float squaredNorm) => InverseOf(MathF.Sqrt(squaredNorm));

    private static float InverseOf(float norm) => norm > 0 ? 1f / norm : 0f;
}

/// <summary>The features of a candidate that come from vectors, under their names in <see cref="RankingFeature"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct VectorFeatures(
    float FoldInSlow,
    float FoldInFast,
    float CosineSlow,
    float CosineFast,
    float CosineRecent,
    float CosineLast,
    float CosineRejected);

/// <summary>The columns of a feature table that take <see cref="VectorFeatures"/>.</summary>
internal readonly ref struct VectorColumns(FeatureTable features)
{
    private readonly Span<float> _foldInSlow = features[RankingFeature.FoldInSlow];
    private readonly Span<float> _foldInFast = features[RankingFeature.FoldInFast];
    private readonly Span<float> _cosineSlow = features[RankingFeature.CosineSlow];
    private readonly Span<float> _cosineFast = features[RankingFeature.CosineFast];
    private readonly Span<float> _cosineRecent = features[RankingFeature.CosineRecent];
    private readonly Span<float> _cosineLast = features[RankingFeature.CosineLast];
    private readonly Span<float> _cosineRejected = features[RankingFeature.CosineRejected];

    public VectorFeatures this[int candidate]
    {
        set
        {
            _foldInSlow[candidate] = value.FoldInSlow;
            _foldInFast[candidate] = value.FoldInFast;
            _cosineSlow[candidate] = value.CosineSlow;
            _cosineFast[candidate] = value.CosineFast;
            _cosineRecent[candidate] = value.CosineRecent;
            _cosineLast[candidate] = value.CosineLast;
            _cosineRejected[candidate] = value.CosineRejected;
        }
    }
}
