using RecActors.Catalog;
using RecActors.Feedback;
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

    /// <summary>Finds the rows of the model's items.</summary>
    public static LinearItems Bind(LinearItemModel model, CatalogReplica catalog)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(catalog);
        return new LinearItems(model, [.. model.ItemIds.Select(catalog.Intern)]);
    }

    /// <summary>Adds the weights that a history's positive items give, once as they are and once faded by <paramref name="decay"/> per newer item.</summary>
    public void Accumulate(ReadOnlySpan<HistoryItem> newestFirst, float decay, LinearItemScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        scores.EnsureCapacity(_placeOf.Length);
        var fade = 1f;
        foreach (var item in newestFirst)
        {
            if (item.Polarity != Polarity.Positive)
            {
                continue;
            }

            if ((uint)item.Row < (uint)_placeOf.Length && _placeOf[item.Row] is not None and var place)
            {
                for (var index = _starts[place]; index < _starts[place + 1]; index++)
                {
                    scores.Add(_rowOf[_targets[index]], _weights[index], fade * _weights[index]);
                }
            }

            fade *= decay;
        }
    }
}
