using System.Runtime.Intrinsics;
using RecActors.Catalog;

namespace RecActors.Ranking;

/// <summary>
/// Four weights per content token, each compared with items by cosine: of all content of a history, of the user's labels, of the history's categories and of the content
/// of its latest items. They lie side by side, since most tokens are wanted for all of them: a token is one place in memory, and no branch asks which profile it is of.
/// Pooled: clearing costs the touched tokens. Not safe for concurrent use.
/// </summary>
internal sealed class TokenProfiles
{
    /// <summary>Places of the profiles. Whatever is touched has content or is a label, which the lower half of a weight says in one comparison.</summary>
    public const int Content = 0, Labels = 1, Categories = 2, Recent = 3;

    private Vector128<float>[] _weights = [];

    /// <summary>In the order of the first touch. One place more than tokens, because a token is written there before it is known to be new.</summary>
    private int[] _touched = [0];

    private int _count;
    private Vector128<float> _inverseNorms;

    /// <summary>Empties all; tokens are below <paramref name="vocabulary"/>.</summary>
    public void Reset(int vocabulary)
    {
        foreach (var token in _touched.AsSpan(0, _count))
        {
            _weights[token] = default;
        }

        (_count, _inverseNorms) = (0, default);
        if (_weights.Length < vocabulary)
        {
            _weights = new Vector128<float>[Math.Max(vocabulary, _weights.Length * 2)];
            _touched = new int[_weights.Length + 1];
        }
    }

    /// <summary>Adds an item: as a vector of one length to the content and the categories, of another to the latest content.</summary>
    public void Add(ContentFeatures item, float length, float recent)
    {
        var tokens = item.Tokens;
        var categories = item.Categories.Length;
        var norm = MathF.Sqrt(tokens.Length);
        var weights = Vector128.Create(length / norm, 0, 0, recent / norm);
        Add(tokens[..categories], weights.WithElement(Categories, length / MathF.Sqrt(categories)));
        Add(tokens[categories..], weights);
    }

    /// <summary>Adds a user's labels, after all items, as a unit vector.</summary>
    public void AddLabels(ReadOnlySpan<int> tokens) => Add(tokens, Vector128.Create(0, 1f / MathF.Sqrt(tokens.Length), 0, 0));

    /// <summary>Ends the additions.</summary>
    public void Seal()
    {
        var squares = Vector128<float>.Zero;
        foreach (var token in _touched.AsSpan(0, _count))
        {
            squares += _weights[token] * _weights[token];
        }

        _inverseNorms = Vector128.ConditionalSelect(
            Vector128.GreaterThan(squares, Vector128<float>.Zero), Vector128<float>.One / Vector128.Sqrt(squares), Vector128<float>.Zero);
    }

    /// <summary>The cosines with an item, each at the place of its profile: of its categories with those of the history, of all its tokens with the others; 0 when either is empty.</summary>
    public Vector128<float> CosinesWith(ContentFeatures item)
    {
        var tokens = item.Tokens;
        var categories = item.Categories.Length;
        var ofCategories = Sum(tokens[..categories], default);
        var sums = Sum(tokens[categories..], ofCategories).WithElement(Categories, ofCategories[Categories]);
        var norms = Vector128.Create(MathF.Sqrt(Math.Max(1, tokens.Length))).WithElement(Categories, MathF.Sqrt(Math.Max(1, categories)));
        return sums * _inverseNorms / norms;
    }

    private void Add(ReadOnlySpan<int> tokens, Vector128<float> added)
    {
        var (weights, touched, count) = (_weights, _touched, _count);
        foreach (var token in tokens)
        {
            // One that came to the vocabulary after the reset is left out.
            if ((uint)token < (uint)weights.Length)
            {
                ref var place = ref weights[token];
                touched[count] = token;
                count += place.AsInt64().ToScalar() == 0 ? 1 : 0;
                place += added;
            }
        }

        _count = count;
    }

    private Vector128<float> Sum(ReadOnlySpan<int> tokens, Vector128<float> sum)
    {
        var weights = _weights;
        foreach (var token in tokens)
        {
            if ((uint)token < (uint)weights.Length)
            {
                sum += weights[token];
            }
        }

        return sum;
    }
}
