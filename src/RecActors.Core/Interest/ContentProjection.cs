namespace RecActors.Interest;

/// <summary>stub</summary>
public sealed class ContentProjection
{
    /// <summary>Knows no token.</summary>
    public static ContentProjection None(int dimensions) => throw new NotImplementedException();

    /// <summary>Fits the projection on items that have both tokens and a learned vector.</summary>
    /// <param name="tokens">Tokens per item, in the order of the vectors.</param>
    /// <param name="itemVectors">n × d, row-major; zero vectors are not learned from.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="itemWeights">How far each vector is to be trusted, such as its number of actions; empty: all alike.</param>
    /// <param name="options">Limits and strengths.</param>
    /// <param name="cancellationToken">Stops the fit.</param>
    public static ContentProjection Fit(
        IReadOnlyList<IReadOnlyList<string>> tokens,
        ReadOnlySpan<float> itemVectors,
        int dimensions,
        ReadOnlySpan<float> itemWeights,
        ContentProjectionOptions options,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public int Dimensions => throw new NotImplementedException();

    /// <summary>Tokens the projection knows.</summary>
    public IReadOnlyList<string> Vocabulary => throw new NotImplementedException();

    /// <summary>Writes the vector of an item with these tokens; false, and zeros, when no token is known.</summary>
    public bool Project(IEnumerable<string> tokens, Span<float> vector) => throw new NotImplementedException();

    /// <summary>Compact, deterministic bytes; read back by <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer) => throw new NotImplementedException();

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static ContentProjection Read(BinaryReader reader) => throw new NotImplementedException();
}
