namespace RecActors.Interest;

/// <summary>
/// Users × items in compressed rows. A positive weight is an observed 1 of that weight; a negative weight is an observed 0 of its
/// absolute value. Immutable by convention.
/// </summary>
/// <param name="RowCount">Number of rows (users).</param>
/// <param name="ColumnCount">Number of columns (items).</param>
/// <param name="Offsets">RowCount + 1 offsets into the other two.</param>
/// <param name="Columns">Column of each entry, ascending within a row, each once.</param>
/// <param name="Weights">Weight of each entry, not 0.</param>
public sealed record InteractionMatrix(int RowCount, int ColumnCount, int[] Offsets, int[] Columns, float[] Weights)
{
    /// <summary>Builds the matrix from entries in any order; of entries of the same cell the last counts.</summary>
    public static InteractionMatrix FromEntries(
        int rowCount, int columnCount, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
    {
        if (rows.Length != columns.Length || rows.Length != weights.Length)
        {
            throw new ArgumentException("Rows, columns and weights must have one length.", nameof(weights));
        }

        // Two counting sorts (by column, then by row) are stable, so equal cells stay in the order they came in.
        var order = SortedBy(columns, columnCount, [.. Enumerable.Range(0, rows.Length)]);
        order = SortedBy(rows, rowCount, order);
        var offsets = new int[rowCount + 1];
        var outColumns = new int[rows.Length];
        var outWeights = new float[rows.Length];
        var filled = 0;
        for (int row = 0, next = 0; row < rowCount; row++)
        {
            for (; next < order.Length && rows[order[next]] == row; next++)
            {
                var entry = order[next];
                if (filled > offsets[row] && outColumns[filled - 1] == columns[entry])
                {
                    filled--;
                }

                outColumns[filled] = columns[entry];
                outWeights[filled++] = weights[entry];
            }

            offsets[row + 1] = filled;
        }

        return new InteractionMatrix(rowCount, columnCount, offsets, outColumns[..filled], outWeights[..filled]);
    }

    /// <summary>Items × users.</summary>
    public InteractionMatrix Transpose()
    {
        var offsets = new int[ColumnCount + 1];
        foreach (var column in Columns)
        {
            offsets[column + 1]++;
        }

        for (var column = 0; column < ColumnCount; column++)
        {
            offsets[column + 1] += offsets[column];
        }

        var next = offsets[..ColumnCount];
        var rows = new int[Columns.Length];
        var weights = new float[Columns.Length];
        for (var row = 0; row < RowCount; row++)
        {
            for (var entry = Offsets[row]; entry < Offsets[row + 1]; entry++)
            {
                var place = next[Columns[entry]]++;
                rows[place] = row;
                weights[place] = Weights[entry];
            }
        }

        return new InteractionMatrix(ColumnCount, RowCount, offsets, rows, weights);
    }

    private static int[] SortedBy(ReadOnlySpan<int> keys, int keyCount, int[] order)
    {
        var next = new int[keyCount + 1];
        foreach (var key in keys)
        {
            next[key + 1]++;
        }

        for (var key = 0; key < keyCount; key++)
        {
            next[key + 1] += next[key];
        }

        var sorted = new int[order.Length];
        foreach (var entry in order)
        {
            sorted[next[keys[entry]]++] = entry;
        }

        return sorted;
    }
}
