namespace RecActors.Interest;

/// <summary>VᵀV of a tall matrix. Partial sums belong to fixed blocks of rows, so the result does not depend on the threads.</summary>
internal static class PackedGram
{
    private const int BlockRows = 4096;

    public static float[] Compute(PackedLayout layout, float[] factors, int maxThreads)
    {
        var rows = factors.Length / layout.Dimensions;
        var blocks = new float[(rows + BlockRows - 1) / BlockRows][];
        RowThreads.Run(blocks.Length, chunk: 1, maxThreads, (from, to) =>
        {
            for (var block = from; block < to; block++)
            {
                blocks[block] = OfBlock(layout, factors, block * BlockRows, Math.Min(rows, (block + 1) * BlockRows));
            }
        });

        // In double: the diagonal of a million small squares would lose its last digits otherwise.
        var sum = new double[layout.Length];
        foreach (var block in blocks)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += block[i];
            }
        }

        return Array.ConvertAll(sum, value => (float)value);
    }

    private static float[] OfBlock(PackedLayout layout, float[] factors, int from, int to)
    {
        var matrix = new float[layout.Length];
        var panel = FoldInWorkspace.Of(layout).Plain;
        for (var first = from; first < to; first += FoldInWorkspace.PanelCount)
        {
            var count = Math.Min(FoldInWorkspace.PanelCount, to - first);
            for (var i = 0; i < count; i++)
            {
                FoldInWorkspace.CopyPadded(
                    factors.AsSpan((first + i) * layout.Dimensions, layout.Dimensions), panel.AsSpan(i * layout.Padded, layout.Padded));
            }

            PackedKernels.AddPanel(layout, matrix, panel, panel, count);
        }

        return matrix;
    }
}
