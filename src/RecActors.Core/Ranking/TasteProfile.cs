using System.Numerics.Tensors;
using RecActors.Catalog;
using RecActors.Feedback;
using RecActors.Interest;

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

    private readonly float[] _rejectedScales = new float[MaxRejected];
    private float[] _recent = [];
    private float[] _last = [];
    private float[] _rejected = [];
    private ContentFeatures[] _contents = [];
    private int _rejectedCount;

    /// <summary>What the liked items and the user's labels are about.</summary>
    public TokenProfiles Tokens { get; } = new();

    /// <summary>Faded mean of the liked items' years, 0 when none is known.</summary>
    public float Year { get; private set; }

    /// <summary>Exponential average of the liked items' unit vectors, as a unit vector; zeros without any.</summary>
    public ReadOnlySpan<float> RecentVector => _recent;

    /// <summary>The vector of the item liked last; zeros without one.</summary>
    public ReadOnlySpan<float> LastVector => _last;

    /// <summary>The vectors of the latest rejected items, one after the other.</summary>
    public ReadOnlySpan<float> RejectedVectors => _rejected.AsSpan(0, _rejectedCount * _recent.Length);

    /// <summary>1 / |v| of each of them.</summary>
    public ReadOnlySpan<float> RejectedScales => _rejectedScales.AsSpan(0, _rejectedCount);

    public void Build(UserContext user, CatalogReplica catalog, RowFacts facts, IItemVectors vectors)
    {
        Tokens.Reset(catalog.Vocabulary.Count);
        Reset(vectors.Dimensions);

        var (liked, age) = (0, -1);
        var contents = ReadContents(user.History.Span, catalog);
        float contentWeight = 1f, vectorWeight = 1f, yearWeight = 1f, yearSum = 0f, yearTotal = 0f;
        foreach (var item in user.History.Span)
        {
            age++;
            if (item.Polarity == Polarity.Negative)
            {
                Reject(vectors, item.Row);
                continue;
            }

            if (liked == 0)
            {
                Copy(vectors, item.Row, _last);
            }

            Tokens.Add(contents[age], contentWeight, liked < RecentItems ? 1f : 0f);
            contentWeight *= ContentDecay;
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
        Tokens.AddLabels(user.LabelTokens.Span);
        Tokens.Seal();
        var norm = TensorPrimitives.Norm<float>(_recent);
        if (norm > 0)
        {
            TensorPrimitives.Divide(_recent, norm, _recent);
        }
    }

    /// <summary>
    /// What each item of the history is about. All of them first: their records lie anywhere in memory, and a processor waits for many at once only while
    /// nothing else stands between them.
    /// </summary>
    private ReadOnlySpan<ContentFeatures> ReadContents(ReadOnlySpan<HistoryItem> history, CatalogReplica catalog)
    {
        var contents = Contents(history.Length);
        for (var i = 0; i < history.Length; i++)
        {
            contents[i] = catalog.FeaturesOf(history[i].Row);
            contents[i].Prefetch();
        }

        return contents;
    }

    /// <summary>What each of some rows is about, valid until the next call or <see cref="Build"/>.</summary>
    public ReadOnlySpan<ContentFeatures> ReadContents(ReadOnlySpan<int> rows, CatalogReplica catalog)
    {
        var contents = Contents(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            contents[i] = catalog.FeaturesOf(rows[i]);
            contents[i].Prefetch();
        }

        return contents;
    }

    private Span<ContentFeatures> Contents(int count)
    {
        if (_contents.Length < count)
        {
            _contents = new ContentFeatures[count];
        }

        return _contents.AsSpan(0, count);
    }

    private void Reset(int dimensions)
    {
        if (_recent.Length != dimensions)
        {
            _recent = new float[dimensions];
            _last = new float[dimensions];
            _rejected = new float[MaxRejected * dimensions];
        }

        Array.Clear(_recent);
        Array.Clear(_last);
        _rejectedCount = 0;
    }

    private void Reject(IItemVectors vectors, int row)
    {
        if (_rejectedCount < MaxRejected)
        {
            Copy(vectors, row, _rejected.AsSpan(_rejectedCount * _recent.Length, _recent.Length));
            _rejectedScales[_rejectedCount++] = VectorComparison.ScaleOf(vectors.SquaredNorm(row));
        }
    }

    private static void Copy(IItemVectors vectors, int row, Span<float> destination)
    {
        var vector = vectors.Row(row);
        if (vector.IsEmpty)
        {
            destination.Clear();
        }
        else
        {
            vector.CopyTo(destination);
        }
    }

    private void AddUnit(IItemVectors vectors, int row, float weight)
    {
        var squaredNorm = vectors.SquaredNorm(row);
        if (squaredNorm > 0)
        {
            TensorPrimitives.MultiplyAdd(vectors.Row(row), weight / MathF.Sqrt(squaredNorm), _recent, _recent);
        }
    }
}
