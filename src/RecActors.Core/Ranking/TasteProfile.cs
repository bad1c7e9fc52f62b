using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Retrieval;

namespace RecActors.Ranking;

/// <summary>
/// What the features compare candidates with, computed once per query from the window of actions: tokens, years and vectors of
/// the items liked, vectors of those rejected. Pooled; not safe for concurrent use.
/// </summary>
internal sealed class TasteProfile
{
    private const float ContentDecay = 0.95f;
    private const float YearDecay = 0.9f;
    private const float VectorDecay = 0.9f;

    /// <summary>0.9^50 = 0.005: older vectors no longer show.</summary>
    private const int VectorDepth = 50;
    private const int RecentItems = 3;
    private const int MaxRejected = 10;

    private readonly List<int> _rejected = [];
    private float[] _recent = [];

    public TokenProfile Categories { get; } = new();

    public TokenProfile Content { get; } = new();

    public TokenProfile RecentContent { get; } = new();

    public TokenProfile Labels { get; } = new();

    /// <summary>Faded mean of the liked items' years, 0 when none is known.</summary>
    public float Year { get; private set; }

    /// <summary>Exponential average of the liked items' unit vectors, as a unit vector; zeros without any.</summary>
    public ReadOnlySpan<float> RecentVector => _recent;

    /// <summary>The item liked last, or -1.</summary>
    public int LastRow { get; private set; }

    /// <summary>The latest rejected items.</summary>
    public IReadOnlyList<int> Rejected => _rejected;

    public void Build(UserContext user, CatalogReplica catalog, RowFacts facts, VectorTable vectors)
    {
        var vocabulary = catalog.Vocabulary.Count;
        Categories.Reset(vocabulary);
        Content.Reset(vocabulary);
        RecentContent.Reset(vocabulary);
        Labels.Reset(vocabulary);
        _rejected.Clear();
        _recent = _recent.Length == vectors.Dimensions ? _recent : new float[vectors.Dimensions];
        Array.Clear(_recent);
        LastRow = -1;

        var liked = 0;
        float contentWeight = 1f, vectorWeight = 1f, yearWeight = 1f, yearSum = 0f, yearTotal = 0f;
        foreach (var item in user.History.Span)
        {
            if (item.Polarity == Polarity.Negative)
            {
                Reject(item.Row);
                continue;
            }

            LastRow = liked == 0 ? item.Row : LastRow;
            var features = catalog.FeaturesOf(item.Row);
            Categories.Add(features.Categories, contentWeight);
            Content.Add(features.Tokens, contentWeight);
            contentWeight *= ContentDecay;
            if (liked < RecentItems)
            {
                RecentContent.Add(features.Tokens, 1f);
            }

            if (liked < VectorDepth)
            {
                AddUnit(vectors, item.Row, vectorWeight);
                vectorWeight *= VectorDecay;
            }

            if (facts.YearOf(item.Row) is not 0 and var year)
            {
                yearSum += yearWeight * year;
                yearTotal += yearWeight;
                yearWeight *= YearDecay;
            }

            liked++;
        }

        Year = yearTotal > 0 ? yearSum / yearTotal : 0f;
        Labels.Add(user.LabelTokens.Span, 1f);
        Categories.Seal();
        Content.Seal();
        RecentContent.Seal();
        Labels.Seal();
        var norm = TensorPrimitives.Norm<float>(_recent);
        if (norm > 0)
        {
            TensorPrimitives.Divide(_recent, norm, _recent);
        }
    }

    private void Reject(int row)
    {
        if (_rejected.Count < MaxRejected)
        {
            _rejected.Add(row);
        }
    }

    private void AddUnit(VectorTable vectors, int row, float weight)
    {
        var squaredNorm = vectors.SquaredNorm(row);
        if (squaredNorm > 0)
        {
            TensorPrimitives.MultiplyAdd(vectors.Row(row), weight / MathF.Sqrt(squaredNorm), _recent, _recent);
        }
    }
}
