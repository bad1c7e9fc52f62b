using RecActors.Catalog;
using RecActors.Interest;

namespace RecActors.ItemToItem;

/// <summary>A <see cref="LinearItemModel"/> by the rows of this process' catalog. Thread-safe; never changes.</summary>
public sealed class LinearItems
{
    private const int None = -1;

    private readonly int[] _placeOf;
    private readonly int[] _rowOf;
    private readonly int[] _starts;
    private readonly int[] _targets;
    private readonly float[] _weights;

    private LinearItems(LinearItemModel model, int[] rowOf)
    {
        _rowOf = rowOf;
        _placeOf = new int[rowOf.Length == 0 ? 0 : rowOf.Max() + 1];
        Array.Fill(_placeOf, None);
        for (var place = 0; place < rowOf.Length; place++)
        {
            _placeOf[rowOf[place]] = place;
        }

        (_starts, _targets, _weights) = (model.Starts, model.Targets, model.Weights);
    }

    /// <summary>Items of the model. They have places from 0 to below it, which the sums are kept by.</summary>
    internal int Count => _rowOf.Length;

    /// <summary>Finds the rows of the model's items.</summary>
    public static LinearItems Bind(LinearItemModel model, CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(catalog);
        return new LinearItems(model, [.. model.ItemIds.Select(catalog.Intern)]);
    }

    /// <summary>Makes the scores those of this history: the weights that its positive items give, once as they are and once faded by <paramref name="decay"/> per newer item.</summary>
    public void Accumulate(ReadOnlySpan<HistoryItem> newestFirst, float decay, LinearItemScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        scores.MoveTo(this, decay, newestFirst);
    }

    internal int RowOf(int place) => _rowOf[place];

    /// <summary>The place of a row; negative when the model does not know it.</summary>
    internal int PlaceOf(int row) => (uint)row < (uint)_placeOf.Length ? _placeOf[row] : None;

    /// <summary>The places that an item gives weights to.</summary>
    internal ReadOnlySpan<int> TargetsOf(int place) => _targets.AsSpan(_starts[place], _starts[place + 1] - _starts[place]);

    /// <summary>These weights.</summary>
    internal ReadOnlySpan<float> WeightsOf(int place) => _weights.AsSpan(_starts[place], _starts[place + 1] - _starts[place]);
}
