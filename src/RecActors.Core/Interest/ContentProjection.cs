using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RecActors.Interest;

/// <summary>
/// Predicts an item's factor from its content, so that a new item has a vector before anyone has acted on it: a linear map of
/// tf-idf tokens, learned by ridge regression on the items that have factors (the content-to-factor mapping of Gantner et al.,
/// "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010, section IV, in its linear form).
/// Predictions are scaled so that their mean length is that of the learned factors. Immutable, safe for concurrent use.
/// </summary>
public sealed class ContentProjection
{
    private readonly Dictionary<string, int> _indexOf;
    private readonly string[] _vocabulary;
    private readonly float[] _inverseFrequencies;

    /// <summary>A row per token and a last one for the mean item; scaled.</summary>
    private readonly float[] _weights;

    private ContentProjection(int dimensions, string[] vocabulary, float[] inverseFrequencies, float[] weights)
    {
        Dimensions = dimensions;
        _vocabulary = vocabulary;
        _inverseFrequencies = inverseFrequencies;
        _weights = weights;
        _indexOf = vocabulary.Index().ToDictionary(token => token.Item, token => token.Index, StringComparer.Ordinal);
    }

    /// <summary>Length of a projected vector.</summary>
    public int Dimensions { get; }

    /// <summary>Tokens the projection knows, in ordinal order.</summary>
    public IReadOnlyList<string> Vocabulary => _vocabulary;

    /// <summary>Knows no token.</summary>
    public static ContentProjection None(int dimensions) => new(dimensions, [], [], new float[dimensions]);

    /// <summary>Fits the projection on items that have both tokens and a learned vector.</summary>
    /// <param name="tokens">Tokens per item, in the order of the vectors.</param>
    /// <param name="itemVectors">n × d, row-major; zero vectors are not learned from.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="itemWeights">Number of actions behind each vector, from which its trust follows; empty: all alike.</param>
    /// <param name="options">Limits and strengths.</param>
    /// <param name="cancellationToken">Stops the fit.</param>
    public static ContentProjection Fit(
        IReadOnlyList<IReadOnlyList<string>> tokens,
        ReadOnlySpan<float> itemVectors,
        int dimensions,
        ReadOnlySpan<float> itemWeights,
        ContentProjectionOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(options);
        if (itemVectors.Length != tokens.Count * dimensions || (itemWeights.Length != 0 && itemWeights.Length != tokens.Count))
        {
            throw new ArgumentException("Tokens, vectors and weights must be of the same items.", nameof(itemVectors));
        }

        var (vocabulary, inverseFrequencies) = ChooseVocabulary(tokens, options);
        var untrained = new ContentProjection(
            dimensions, vocabulary, inverseFrequencies, new float[(vocabulary.Length + 1) * dimensions]);
        var rows = new SparseRows(vocabulary.Length + 1);
        var targets = new List<float>();
        for (var item = 0; item < tokens.Count; item++)
        {
            var vector = itemVectors.Slice(item * dimensions, dimensions);
            var content = untrained.Encode(tokens[item]);
            if (content.Count > 0 && vector.ContainsAnyExcept(0f))
            {
                rows.Add(content, TrustOf(itemWeights.IsEmpty ? float.PositiveInfinity : itemWeights[item], options));
                targets.AddRange(vector);
            }
        }

        if (rows.Count == 0)
        {
            return None(dimensions);
        }

        var weights = RidgeRegression.Fit(rows, CollectionsMarshal.AsSpan(targets), dimensions, options.Ridge, cancellationToken);
        var scale = LengthRatio(rows, weights, CollectionsMarshal.AsSpan(targets), dimensions);
        TensorPrimitives.Multiply(weights, scale, weights);
        return new ContentProjection(dimensions, vocabulary, inverseFrequencies, weights);
    }

    /// <summary>Writes the vector of an item with these tokens; false, and zeros, when no token is known.</summary>
    public bool Project(IEnumerable<string> tokens, Span<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Dimensions);
        vector.Clear();
        var content = Encode(tokens);
        foreach (var (token, value) in content)
        {
            TensorPrimitives.MultiplyAdd(_weights.AsSpan(token * Dimensions, Dimensions), value, vector, vector);
        }

        return content.Count > 0;
    }

    /// <summary>Compact, deterministic bytes; read back by <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Dimensions);
        writer.Write(_vocabulary.Length);
        foreach (var token in _vocabulary)
        {
            writer.Write(token);
        }

        foreach (var value in _inverseFrequencies)
        {
            writer.Write(value);
        }

        foreach (var value in _weights)
        {
            writer.Write(value);
        }
    }

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static ContentProjection Read(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            var dimensions = reader.ReadInt32();
            var count = reader.ReadInt32();
            if (dimensions < 1 || count < 0)
            {
                throw new InvalidDataException("The content projection has impossible lengths.");
            }

            var vocabulary = new List<string>();
            for (var i = 0; i < count; i++)
            {
                vocabulary.Add(reader.ReadString());
            }

            var inverseFrequencies = ReadFloats(reader, count);
            var weights = ReadFloats(reader, ((long)count + 1) * dimensions);
            return new ContentProjection(dimensions, [.. vocabulary], inverseFrequencies, weights);
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("The content projection is cut off or not a content projection.", exception);
        }
    }

    /// <summary>The known tokens as a tf-idf vector of length one, and the constant of the mean item; empty when none is known.</summary>
    private List<(int Token, float Value)> Encode(IEnumerable<string> tokens)
    {
        var content = new List<(int Token, float Value)>();
        var squares = 0f;
        foreach (var token in tokens)
        {
            if (_indexOf.TryGetValue(token, out var index) && !content.Exists(known => known.Token == index))
            {
                content.Add((index, _inverseFrequencies[index]));
                squares += _inverseFrequencies[index] * _inverseFrequencies[index];
            }
        }

        if (content.Count == 0)
        {
            return content;
        }

        var scale = 1 / MathF.Sqrt(squares);
        foreach (ref var entry in CollectionsMarshal.AsSpan(content))
        {
            entry.Value *= scale;
        }

        content.Add((_vocabulary.Length, 1));
        return content;
    }

    private static (string[] Vocabulary, float[] InverseFrequencies) ChooseVocabulary(
        IReadOnlyList<IReadOnlyList<string>> tokens, ContentProjectionOptions options)
    {
        var frequencies = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in tokens)
        {
            foreach (var token in item.Distinct(StringComparer.Ordinal))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(frequencies, token, out _)++;
            }
        }

        var chosen = frequencies
            .Where(token => token.Value >= options.MinDocumentFrequency)
            .OrderByDescending(token => token.Value)
            .ThenBy(token => token.Key, StringComparer.Ordinal)
            .Take(options.MaxVocabulary)
            .OrderBy(token => token.Key, StringComparer.Ordinal)
            .ToArray();
        return (
            [.. chosen.Select(token => token.Key)],
            [.. chosen.Select(token => 1 + MathF.Log((1f + tokens.Count) / (1 + token.Value)))]);
    }

    private static float TrustOf(float actions, ContentProjectionOptions options) =>
        float.IsPositiveInfinity(actions) ? 1 : Math.Max(0, actions) / (Math.Max(0, actions) + options.HalfTrustActions);

    /// <summary>Mean length of the learned vectors over that of the predicted: ridge regression shrinks, and a shorter vector would lose every dot product.</summary>
    private static float LengthRatio(SparseRows rows, float[] weights, ReadOnlySpan<float> targets, int dimensions)
    {
        var learned = 0d;
        var predicted = 0d;
        var prediction = new float[dimensions];
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Multiply(row, weights, prediction);
            predicted += TensorPrimitives.Norm<float>(prediction);
            learned += TensorPrimitives.Norm(targets.Slice(row * dimensions, dimensions));
        }

        return predicted > 0 ? (float)(learned / predicted) : 1;
    }

    private static float[] ReadFloats(BinaryReader reader, long count)
    {
        var values = new List<float>();
        for (var i = 0L; i < count; i++)
        {
            values.Add(reader.ReadSingle());
        }

        return [.. values];
    }
}
