namespace RecActors.Interest;

/// <summary>stub</summary>
public sealed class FoldIn
{
    /// <param name="parameters">The constants.</param>
    /// <param name="gram">VᵀV over all items the model was fitted on, d × d, row-major, unscaled.</param>
    public FoldIn(FoldInParameters parameters, ReadOnlySpan<float> gram) => throw new NotImplementedException();

    public FoldInParameters Parameters => throw new NotImplementedException();

    /// <summary>Embeddings of a history from scratch, one per decay.</summary>
    public float[][] Encode(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors) => throw new NotImplementedException();

    /// <summary>An empty accumulator for <see cref="Encode(ReadOnlySpan{HistoryItem}, IItemVectors, FoldInState)"/>.</summary>
    public FoldInState CreateState() => throw new NotImplementedException();

    /// <summary>Brings the accumulators to this history (incrementally when that is cheaper) and solves.</summary>
    public float[][] Encode(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors, FoldInState state) => throw new NotImplementedException();

    /// <summary>What each past action contributes to scores of one of the embeddings.</summary>
    public FoldInExplainer Explain(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors, int decay) => throw new NotImplementedException();
}
