using System.Numerics.Tensors;
using RecActors.Feedback;

namespace RecActors.Interest;

/// <summary>
/// Turns a history into embeddings: the least-squares user vector of a fixed implicit factorisation, with actions that fade by
/// recency. For each decay γ, u = (A + a₀ VᵀV + reg (w + a₀|I|)^ν I)⁻¹ b with A = Σ γᵃ wⱼ vⱼvⱼᵀ, b = Σ γᵃ wⱼ vⱼ and w = Σ γᵃ wⱼ over
/// the last W distinct items, a being the number of newer ones. A disliked item is an explicit zero: in A and w, not in b. With γ = 1
/// this is the user step of Rendle et al., "Revisiting the Performance of iALS on Item Recommendation Benchmarks" (RecSys 2022), section 3.
/// Immutable and safe for concurrent use; the states it is given are not.
/// </summary>
public sealed class FoldIn
{
    private readonly PackedLayout _layout;

    /// <summary>a₀ VᵀV, packed.</summary>
    private readonly float[] _scaledGram;

    /// <param name="parameters">The constants.</param>
    /// <param name="gram">VᵀV over all items the model was fitted on, d × d, row-major, unscaled.</param>
    /// <exception cref="ArgumentException">The parameters are out of range, or the matrix is not d × d.</exception>
    public FoldIn(FoldInParameters parameters, ReadOnlySpan<float> gram)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Decays.Length == 0 || parameters.Decays.Any(decay => !(decay is > 0 and <= 1)))
        {
            throw new ArgumentException("There must be decays, each in (0, 1].", nameof(parameters));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.Window, 1, nameof(parameters));
        Parameters = parameters;
        _layout = new PackedLayout(parameters.Dimensions);
        _scaledGram = _layout.Pack(gram, parameters.Alpha0);
    }

    /// <summary>The constants.</summary>
    public FoldInParameters Parameters { get; }

    /// <summary>An empty accumulator for <see cref="Encode(ReadOnlySpan{HistoryItem}, IItemVectors, FoldInState)"/>.</summary>
    public FoldInState CreateState() => new(this, _layout, Parameters);

    /// <summary>Embeddings of a history from scratch, one per decay. Items beyond the window are left out.</summary>
    public float[][] Encode(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors)
    {
        var windowed = Windowed(newestFirst);
        var embeddings = new float[Parameters.Decays.Length][];
        var workspace = FoldInWorkspace.Of(_layout);
        var vector = new float[_layout.Padded];
        for (var decay = 0; decay < embeddings.Length; decay++)
        {
            // In the order of a state's sums: what ranks by closeness then orders near ties alike, to the last bit.
            Array.Clear(workspace.Matrix);
            Array.Clear(vector);
            var weight = FoldInAccumulation.Sum(
                _layout, Parameters.Decays[decay], windowed, vectors, workspace.Matrix, vector, workspace);
            TensorPrimitives.Add(workspace.Matrix, _scaledGram, workspace.Matrix);
            embeddings[decay] = Solve(workspace, vector, weight);
        }

        return embeddings;
    }

    /// <summary>Brings the sums to this history, incrementally when that is cheaper than from scratch, and solves.</summary>
    /// <exception cref="ArgumentException">The state was made by another fold-in.</exception>
    public float[][] Encode(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors, FoldInState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!ReferenceEquals(state.Owner, this))
        {
            throw new ArgumentException("The state belongs to another model.", nameof(state));
        }

        FoldInAccumulation.Update(_layout, Parameters.Decays, state, Windowed(newestFirst), vectors);
        var embeddings = new float[Parameters.Decays.Length][];
        var workspace = FoldInWorkspace.Of(_layout);
        for (var decay = 0; decay < embeddings.Length; decay++)
        {
            TensorPrimitives.Add(state.Matrices[decay], _scaledGram, workspace.Matrix);
            embeddings[decay] = Solve(workspace, state.Vectors[decay], state.Weights[decay]);
        }

        return embeddings;
    }

    /// <summary>What each past action contributes to the scores of one of the embeddings.</summary>
    /// <param name="newestFirst">The history that the embedding was made of.</param>
    /// <param name="vectors">The item vectors.</param>
    /// <param name="decay">Index of the decay.</param>
    public FoldInExplainer Explain(ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors, int decay)
    {
        var windowed = Windowed(newestFirst);
        var factor = (float[])_scaledGram.Clone();
        var inverseDiagonal = new float[_layout.Padded];
        var weight = FoldInAccumulation.Sum(
            _layout, Parameters.Decays[decay], windowed, vectors, factor, new float[_layout.Padded], FoldInWorkspace.Of(_layout));
        Factor(factor, weight, inverseDiagonal);

        // Row j is what action j adds to b: u·v = Σⱼ (γᵃ wⱼ vⱼ)·(M⁻¹ v).
        var liked = new float[windowed.Length * _layout.Padded];
        var fade = 1d;
        for (var age = 0; age < windowed.Length; age++, fade *= Parameters.Decays[decay])
        {
            var item = windowed[age];
            if (item.Polarity == Polarity.Positive)
            {
                var row = vectors.Row(item.Row);
                TensorPrimitives.Multiply(row, (float)fade * item.Weight, liked.AsSpan(age * _layout.Padded, row.Length));
            }
        }

        return new FoldInExplainer(_layout, factor, inverseDiagonal, liked);
    }

    private ReadOnlySpan<HistoryItem> Windowed(ReadOnlySpan<HistoryItem> newestFirst) =>
        newestFirst[..Math.Min(newestFirst.Length, Parameters.Window)];

    private float[] Solve(FoldInWorkspace workspace, ReadOnlySpan<float> vector, double weight)
    {
        if (!vector.ContainsAnyExcept(0f))
        {
            return new float[_layout.Dimensions];
        }

        Factor(workspace.Matrix, weight, workspace.InverseDiagonal);
        vector.CopyTo(workspace.Solution);
        PackedCholesky.Solve(_layout, workspace.Matrix, workspace.InverseDiagonal, workspace.Solution);
        return workspace.Solution[.._layout.Dimensions];
    }

    private void Factor(float[] matrix, double weight, float[] inverseDiagonal)
    {
        if (!PackedCholesky.TryFactor(_layout, matrix, Parameters.Ridge(weight), inverseDiagonal))
        {
            throw new ArithmeticException("The fold-in's matrix is not positive definite: the model's vectors or its regularisation are not usable.");
        }
    }
}
