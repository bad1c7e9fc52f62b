using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RecActors.Ranking;

/// <summary>
/// A dense layer over a batch: Y = X Wᵀ + b. The weights are held transposed and padded to whole vectors of outputs, so that
/// the inner loop broadcasts one input to 16 outputs of four rows, or of eight where a register has 16 floats: eight accumulators, enough to hide the multiply-add's latency.
/// </summary>
internal sealed class DenseKernel
{
    private const int Lanes = 8;
    private const int OutputBlock = 2 * Lanes;
    private const int RowBlock = 4, WideRowBlock = 8;

    private readonly float[] _weights;
    private readonly float[] _bias;

    public DenseKernel(DenseLayer layer)
    {
        Inputs = layer.Inputs;
        Outputs = layer.Outputs;

        // One output is a dot product per row; padding it to a block would compute 16 columns for one.
        Width = layer.Outputs == 1 ? 1 : (layer.Outputs + OutputBlock - 1) / OutputBlock * OutputBlock;
        _bias = new float[Width];
        layer.Bias.CopyTo(_bias, 0);
        _weights = new float[Inputs * Width];
        for (var o = 0; o < Outputs; o++)
        {
            for (var i = 0; i < Inputs; i++)
            {
                _weights[(i * Width) + o] = layer.Weights[(o * Inputs) + i];
            }
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Floats per row of the result: <see cref="Outputs"/> padded; the padding is 0.</summary>
    public int Width { get; }

    /// <summary>Computes the layer for <paramref name="rows"/> rows of <paramref name="x"/>.</summary>
    public void Multiply(ReadOnlySpan<float> x, Layout layout, int rows, Span<float> y)
    {
        if (rows == 0)
        {
            return;
        }

        // The kernel reads by reference; these checks stand for its bounds checks.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layout.RowStride);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layout.InputStride);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(x.Length, ((rows - 1) * layout.RowStride) + ((Inputs - 1) * layout.InputStride));
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, rows * Width);
        ref var first = ref MemoryMarshal.GetReference(x);
        ref var result = ref MemoryMarshal.GetReference(y);
        if (Width == 1)
        {
            for (var r = 0; r < rows; r++)
            {
                y[r] = MultiplyOne(x[(r * layout.RowStride)..], layout.InputStride);
            }

            return;
        }

        var row = 0;
        for (; Vector512.IsHardwareAccelerated && row + WideRowBlock <= rows; row += WideRowBlock)
        {
            MultiplyEightRows(ref Unsafe.Add(ref first, row * layout.RowStride), layout, ref Unsafe.Add(ref result, row * Width));
        }

        for (; row + RowBlock <= rows; row += RowBlock)
        {
            MultiplyFourRows(ref Unsafe.Add(ref first, row * layout.RowStride), layout, ref Unsafe.Add(ref result, row * Width));
        }

        for (; row < rows; row++)
        {
            MultiplyRow(ref Unsafe.Add(ref first, row * layout.RowStride), layout.InputStride, ref Unsafe.Add(ref result, row * Width));
        }
    }

    /// <summary>One output of one row. Inputs that lie apart are gathered first, so that one sum has one value however they lie.</summary>
    private float MultiplyOne(ReadOnlySpan<float> x, int inputStride)
    {
        if (inputStride == 1)
        {
            return TensorPrimitives.Dot(x[..Inputs], _weights) + _bias[0];
        }

        var rented = ArrayPool<float>.Shared.Rent(Inputs);
        for (var i = 0; i < Inputs; i++)
        {
            rented[i] = x[i * inputStride];
        }

        var sum = TensorPrimitives.Dot(rented.AsSpan(0, Inputs), _weights) + _bias[0];
        ArrayPool<float>.Shared.Return(rented);
        return sum;
    }

    /// <summary>With a register for 16 outputs, so that eight accumulators are those of eight rows. The sums are the same: each output adds up its inputs in their order.</summary>
    private void MultiplyEightRows(ref float x, Layout layout, ref float y)
    {
        var (stride, step) = (layout.RowStride, layout.InputStride);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        for (var block = 0; block < Width; block += OutputBlock)
        {
            var a0 = Vector512.Create<float>(_bias.AsSpan(block, OutputBlock));
            Vector512<float> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            ref var input = ref x;
            for (var i = 0; i < Inputs; i++)
            {
                var w = Vector512.LoadUnsafe(ref weights, (nuint)((i * Width) + block));
                a0 = Vector512.MultiplyAddEstimate(Vector512.Create(input), w, a0);
                a1 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, stride)), w, a1);
                a2 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, 2 * stride)), w, a2);
                a3 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, 3 * stride)), w, a3);
                a4 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, 4 * stride)), w, a4);
                a5 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, 5 * stride)), w, a5);
                a6 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, 6 * stride)), w, a6);
                a7 = Vector512.MultiplyAddEstimate(Vector512.Create(Unsafe.Add(ref input, 7 * stride)), w, a7);
                input = ref Unsafe.Add(ref input, step);
            }

            ref var output = ref Unsafe.Add(ref y, block);
            a0.StoreUnsafe(ref output);
            a1.StoreUnsafe(ref output, (nuint)Width);
            a2.StoreUnsafe(ref output, (nuint)(2 * Width));
            a3.StoreUnsafe(ref output, (nuint)(3 * Width));
            a4.StoreUnsafe(ref output, (nuint)(4 * Width));
            a5.StoreUnsafe(ref output, (nuint)(5 * Width));
            a6.StoreUnsafe(ref output, (nuint)(6 * Width));
            a7.StoreUnsafe(ref output, (nuint)(7 * Width));
        }
    }

    private void MultiplyFourRows(ref float x, Layout layout, ref float y)
    {
        var (stride, step) = (layout.RowStride, layout.InputStride);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        for (var block = 0; block < Width; block += OutputBlock)
        {
            var a0 = Vector256.Create<float>(_bias.AsSpan(block, Lanes));
            var b0 = Vector256.Create<float>(_bias.AsSpan(block + Lanes, Lanes));
            Vector256<float> a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
            ref var input = ref x;
            for (var i = 0; i < Inputs; i++)
            {
                var at = (nuint)((i * Width) + block);
                var wa = Vector256.LoadUnsafe(ref weights, at);
                var wb = Vector256.LoadUnsafe(ref weights, at + Lanes);
                var x0 = Vector256.Create(input);
                a0 = Vector256.MultiplyAddEstimate(x0, wa, a0);
                b0 = Vector256.MultiplyAddEstimate(x0, wb, b0);
                var x1 = Vector256.Create(Unsafe.Add(ref input, stride));
                a1 = Vector256.MultiplyAddEstimate(x1, wa, a1);
                b1 = Vector256.MultiplyAddEstimate(x1, wb, b1);
                var x2 = Vector256.Create(Unsafe.Add(ref input, 2 * stride));
                a2 = Vector256.MultiplyAddEstimate(x2, wa, a2);
                b2 = Vector256.MultiplyAddEstimate(x2, wb, b2);
                var x3 = Vector256.Create(Unsafe.Add(ref input, 3 * stride));
                a3 = Vector256.MultiplyAddEstimate(x3, wa, a3);
                b3 = Vector256.MultiplyAddEstimate(x3, wb, b3);
                input = ref Unsafe.Add(ref input, step);
            }

            Store(a0, b0, ref y, block);
            Store(a1, b1, ref y, Width + block);
            Store(a2, b2, ref y, (2 * Width) + block);
            Store(a3, b3, ref y, (3 * Width) + block);
        }
    }

    private void MultiplyRow(ref float x, int step, ref float y)
    {
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        for (var block = 0; block < Width; block += OutputBlock)
        {
            var a = Vector256.Create<float>(_bias.AsSpan(block, Lanes));
            var b = Vector256.Create<float>(_bias.AsSpan(block + Lanes, Lanes));
            for (var i = 0; i < Inputs; i++)
            {
                var at = (nuint)((i * Width) + block);
                var xi = Vector256.Create(Unsafe.Add(ref x, i * step));
                a = Vector256.MultiplyAddEstimate(xi, Vector256.LoadUnsafe(ref weights, at), a);
                b = Vector256.MultiplyAddEstimate(xi, Vector256.LoadUnsafe(ref weights, at + Lanes), b);
            }

            Store(a, b, ref y, block);
        }
    }

    private static void Store(Vector256<float> a, Vector256<float> b, ref float y, int at)
    {
        a.StoreUnsafe(ref y, (nuint)at);
        b.StoreUnsafe(ref y, (nuint)(at + Lanes));
    }

    /// <summary>How the inputs of a batch lie in memory, in floats.</summary>
    /// <param name="RowStride">From an input of one row to the same one of the next row.</param>
    /// <param name="InputStride">From one input of a row to the next one.</param>
    public readonly record struct Layout(int RowStride, int InputStride)
    {
        /// <summary>Row by row.</summary>
        public static Layout OfRows(int width) => new(width, 1);
    }
}
