using CsCheck;

namespace RecActors.Ranking;

public sealed class DenseKernelTests
{
    [Fact]
    public void Multiply_AnyNumberOfRows_IsToTheBitThatOfEachRowAlone() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[0, 35], Gen.Bool, Gen.Int).Sample((inputs, outputs, rows, columns, seed) =>
        {
            var random = new Random(seed);
            var layer = new DenseLayer(inputs, outputs, Draw(random, inputs * outputs), Draw(random, outputs));
            var kernel = new DenseKernel(layer);
            var x = Draw(random, rows * inputs);
            var layout = columns ? new DenseKernel.Layout(RowStride: 1, InputStride: rows) : DenseKernel.Layout.OfRows(inputs);
            var (y, alone) = (new float[rows * kernel.Width], new float[kernel.Width]);

            kernel.Multiply(x, layout, rows, y);

            for (var row = 0; row < rows; row++)
            {
                var input = Enumerable.Range(0, inputs).Select(i => x[(row * layout.RowStride) + (i * layout.InputStride)]).ToArray();
                kernel.Multiply(input, DenseKernel.Layout.OfRows(inputs), 1, alone);
                Assert.Equal(alone, y.AsSpan(row * kernel.Width, kernel.Width));
                Assert.All(Enumerable.Range(0, outputs), output => Assert.Equal(Expected(layer, input, output), alone[output], 1e-3));
            }
        });

    private static double Expected(DenseLayer layer, float[] input, int output) =>
        layer.Bias[output] + input.Select((value, i) => (double)value * layer.Weights[(output * layer.Inputs) + i]).Sum();

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 4) - 2)];
}
