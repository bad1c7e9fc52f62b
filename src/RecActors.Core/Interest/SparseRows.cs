using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RecActors.Interest;

/// <summary>A sparse matrix by rows, each with a trust in [0, 1], as a least-squares problem sees its observations.</summary>
internal sealed class SparseRows(int columnCount)
{
    private readonly List<int> _offsets = [0];
    private readonly List<(int Column, float Value)> _entries = [];
    private readonly List<float> _trusts = [];

    public int Count => _trusts.Count;

    public int ColumnCount => columnCount;

    public void Add(List<(int Column, float Value)> entries, float trust)
    {
        _entries.AddRange(entries);
        _offsets.Add(_entries.Count);
        _trusts.Add(trust);
    }

    public float TrustOf(int row) => _trusts[row];

    /// <summary>The row times a dense matrix of as many rows as there are columns.</summary>
    public void Multiply(int row, ReadOnlySpan<float> matrix, Span<float> product)
    {
        product.Clear();
        foreach (var (column, value) in Entries(row))
        {
            TensorPrimitives.MultiplyAdd(matrix.Slice(column * product.Length, product.Length), value, product, product);
        }
    }

    /// <summary>Adds scale · (row)ᵀ · vector to a dense matrix.</summary>
    public void AddOuter(int row, float scale, ReadOnlySpan<float> vector, Span<float> matrix)
    {
        foreach (var (column, value) in Entries(row))
        {
            var target = matrix.Slice(column * vector.Length, vector.Length);
            TensorPrimitives.MultiplyAdd(vector, value * scale, target, target);
        }
    }

    private ReadOnlySpan<(int Column, float Value)> Entries(int row) =>
        CollectionsMarshal.AsSpan(_entries)[_offsets[row].._offsets[row + 1]];
}
