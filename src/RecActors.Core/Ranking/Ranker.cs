using System.Buffers;
using System.Numerics.Tensors;

namespace RecActors.Ranking;

/// <summary>
/// Runs a <see cref="RankerModel"/> in managed code. It picks the model's inputs from the features by name, standardises
/// them with the model's means and deviations and multiplies through the layers. Immutable; safe for concurrent use.
/// </summary>
public sealed class Ranker
{
    private readonly int[] _columns;
    private readonly float[] _inverseDeviations;
    private readonly DenseKernel[] _layers;
    private readonly int _widest;

    /// <exception cref="InvalidDataException">The model is malformed, or of features that this build does not know.</exception>
    public Ranker(RankerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Validate();
        if (model.SchemaVersion != FeatureSchema.Version)
        {
            throw new InvalidDataException($"The ranker was trained on version {model.SchemaVersion} of the features; this build computes version {FeatureSchema.Version}.");
        }

        Model = model;
        _columns = [.. model.Features.Select(ColumnOf)];
        _inverseDeviations = [.. model.Deviations.Select(d => 1f / d)];
        _layers = [.. model.Layers.Select(layer => new DenseKernel(layer))];
        _widest = Math.Max(_columns.Length, _layers.Max(layer => layer.Width));
    }

    /// <summary>What it runs.</summary>
    public RankerModel Model { get; }

    /// <summary>Scores candidates; a higher score is a more likely next action.</summary>
    /// <param name="features">Raw features, rows × <see cref="FeatureSchema.Count"/>, row by row.</param>
    /// <param name="rows">How many candidates.</param>
    /// <param name="scores">Receives one score per candidate.</param>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features.Length, rows * FeatureSchema.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, rows);
        var inputs = ArrayPool<float>.Shared.Rent(rows * _widest);
        var outputs = ArrayPool<float>.Shared.Rent(rows * _widest);
        for (var row = 0; row < rows; row++)
        {
            Standardize(features.Slice(row * FeatureSchema.Count, FeatureSchema.Count), inputs.AsSpan(row * _columns.Length, _columns.Length));
        }

        Propagate(inputs, outputs, DenseKernel.Layout.OfRows(_columns.Length), rows, scores);
        ArrayPool<float>.Shared.Return(inputs);
        ArrayPool<float>.Shared.Return(outputs);
    }

    /// <summary>Scores the candidates of a feature table: the same scores, without a copy of the features row by row.</summary>
    internal void Score(FeatureTable features, Span<float> scores)
    {
        var rows = features.Candidates;
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Length, rows);
        var inputs = ArrayPool<float>.Shared.Rent(rows * _widest);
        var outputs = ArrayPool<float>.Shared.Rent(rows * _widest);
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = inputs.AsSpan(i * rows, rows);
            TensorPrimitives.Subtract(features.Column(_columns[i]), Model.Means[i], column);
            TensorPrimitives.Multiply(column, _inverseDeviations[i], column);
        }

        Propagate(inputs, outputs, new DenseKernel.Layout(RowStride: 1, InputStride: rows), rows, scores);
        ArrayPool<float>.Shared.Return(inputs);
        ArrayPool<float>.Shared.Return(outputs);
    }

    /// <summary>Each input's share in the difference between a candidate's score and the score with every input at its mean.</summary>
    /// <param name="features">Raw features of the candidate, <see cref="FeatureSchema.Count"/>.</param>
    /// <param name="shares">Receives one share per input of the model, in its order; they sum to the difference.</param>
    /// <returns>The score with every input at its mean.</returns>
    internal float Attribute(ReadOnlySpan<float> features, Span<float> shares)
    {
        var inputs = new float[_columns.Length];
        Standardize(features, inputs);
        return new IntegratedGradients(Model.Layers, inputs).Share(shares);
    }

    private void Standardize(ReadOnlySpan<float> features, Span<float> inputs)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (features[_columns[i]] - Model.Means[i]) * _inverseDeviations[i];
        }
    }

    private void Propagate(float[] inputs, float[] outputs, DenseKernel.Layout layout, int rows, Span<float> scores)
    {
        for (var i = 0; i < _layers.Length; i++)
        {
            var layer = _layers[i];
            var last = i == _layers.Length - 1;
            var y = last ? scores : outputs.AsSpan(0, rows * layer.Width);
            layer.Multiply(inputs, layout, rows, y);
            if (!last)
            {
                TensorPrimitives.Max(y, 0f, y);
                layout = DenseKernel.Layout.OfRows(layer.Width);
                (inputs, outputs) = (outputs, inputs);
            }
        }
    }

    private static int ColumnOf(string name)
    {
        var column = FeatureSchema.IndexOf(name);
        return column >= 0 ? column : throw new InvalidDataException($"The ranker reads the feature '{name}', which this build does not compute.");
    }
}
