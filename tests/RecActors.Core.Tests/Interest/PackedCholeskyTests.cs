using CsCheck;
using MathNet.Numerics.LinearAlgebra;

namespace RecActors.Interest;

public sealed class PackedCholeskyTests
{
    [Fact]
    public void Solve_RandomPositiveDefiniteOfAnySize_EqualsLibrary() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[0, 1000]).Sample(
            (dimensions, seed) =>
            {
                var layout = new PackedLayout(dimensions);
                var vectors = ArrayVectors.Random(2 * dimensions, dimensions, seed);
                var packed = new float[layout.Length];
                for (var item = 0; item < vectors.Count; item++)
                {
                    PackedKernels.AddOuter(layout, packed, Padded(layout, vectors.Row(item)), fade: 1, weight: 1);
                }

                var right = ArrayVectors.Random(1, dimensions, seed + 1).Row(0);
                var solution = Padded(layout, right);
                var inverseDiagonal = new float[dimensions];
                Assert.True(PackedCholesky.TryFactor(layout, packed, ridge: 0.5f, inverseDiagonal));
                PackedCholesky.Solve(layout, packed, inverseDiagonal, solution);

                var gram = vectors.Gram();
                var matrix = Matrix<double>.Build.Dense(
                    dimensions, dimensions, (i, j) => gram[(i * dimensions) + j] + (i == j ? 0.5 : 0));
                var expected = matrix.Solve(Vector<double>.Build.Dense([.. right.ToArray().Select(x => (double)x)]));
                for (var i = 0; i < dimensions; i++)
                {
                    Assert.Equal(expected[i], solution[i], 1e-4);
                }
            },
            iter: 200);

    [Fact]
    public void TryFactor_IndefiniteMatrix_IsRefused()
    {
        var layout = new PackedLayout(3);
        var packed = layout.Pack([1, 2, 0, 2, 1, 0, 0, 0, 1], scale: 1);
        Assert.False(PackedCholesky.TryFactor(layout, packed, ridge: 0, new float[3]));
    }

    [Fact]
    public void AddPanel_AnyNumberOfVectors_EqualsRankOneUpdates() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 9]).Sample(
            (dimensions, count) =>
            {
                var layout = new PackedLayout(dimensions);
                var vectors = ArrayVectors.Random(count, dimensions, seed: count);
                var oneByOne = new float[layout.Length];
                var plain = new float[count * layout.Padded];
                var scaled = new float[count * layout.Padded];
                for (var item = 0; item < count; item++)
                {
                    var vector = Padded(layout, vectors.Row(item));
                    PackedKernels.AddOuter(layout, oneByOne, vector, fade: 1, weight: 0.3f * item);
                    vector.CopyTo(plain, item * layout.Padded);
                    vector.Select(x => x * 0.3f * item).ToArray().CopyTo(scaled, item * layout.Padded);
                }

                var panel = new float[layout.Length];
                PackedKernels.AddPanel(layout, panel, scaled, plain, count);

                var expected = layout.Unpack(oneByOne);
                var actual = layout.Unpack(panel);
                for (var i = 0; i < expected.Length; i++)
                {
                    Assert.Equal(expected[i], actual[i], 1e-5f);
                }
            },
            iter: 100);

    private static float[] Padded(PackedLayout layout, ReadOnlySpan<float> vector)
    {
        var padded = new float[layout.Padded];
        vector.CopyTo(padded);
        return padded;
    }
}
