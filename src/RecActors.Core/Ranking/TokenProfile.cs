namespace RecActors.Ranking;

/// <summary>A weight per content token, compared with items by cosine. Pooled: clearing costs the touched tokens. Not safe for concurrent use.</summary>
internal sealed class TokenProfile
{
    private readonly List<int> _touched = [];
    private float[] _weights = [];
    private float _inverseNorm;

    public bool IsEmpty => _inverseNorm == 0;

    /// <summary>A token's weight; 0 of one that came to the vocabulary after the reset.</summary>
    public float this[int token] => (uint)token < (uint)_weights.Length ? _weights[token] : 0f;

    /// <summary>Empties it; tokens are below <paramref name="vocabulary"/>.</summary>
    public void Reset(int vocabulary)
    {
        foreach (var token in _touched)
        {
            _weights[token] = 0;
        }

        _touched.Clear();
        _inverseNorm = 0;
        if (_weights.Length < vocabulary)
        {
            _weights = new float[Math.Max(vocabulary, _weights.Length * 2)];
        }
    }

    /// <summary>Adds a set of tokens as a vector of the given length.</summary>
    public void Add(ReadOnlySpan<int> tokens, float length)
    {
        if (tokens.IsEmpty)
        {
            return;
        }

        var weight = length / MathF.Sqrt(tokens.Length);
        foreach (var token in tokens)
        {
            if ((uint)token < (uint)_weights.Length)
            {
                if (_weights[token] == 0)
                {
                    _touched.Add(token);
                }

                _weights[token] += weight;
            }
        }
    }

    /// <summary>Ends the additions.</summary>
    public void Seal()
    {
        var squares = 0f;
        foreach (var token in _touched)
        {
            squares += _weights[token] * _weights[token];
        }

        _inverseNorm = squares > 0 ? 1f / MathF.Sqrt(squares) : 0f;
    }

    /// <summary>Cosine with a set of tokens; 0 when either is empty.</summary>
    public float CosineWith(ReadOnlySpan<int> tokens)
    {
        if (IsEmpty)
        {
            return 0;
        }

        var sum = 0f;
        foreach (var token in tokens)
        {
            sum += this[token];
        }

        return CosineOf(sum, tokens.Length);
    }

    /// <summary>Cosine with a set of so many tokens whose weights sum to this; 0 when either is empty.</summary>
    public float CosineOf(float sum, int tokens) => tokens == 0 || IsEmpty ? 0 : sum * _inverseNorm / MathF.Sqrt(tokens);
}
