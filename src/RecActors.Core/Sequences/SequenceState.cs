using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RecActors.Interest;

namespace RecActors.Sequences;

/// <summary>
/// Where a user is in the recurrence of one <see cref="SequenceEncoder"/>: h and w of each decay, and the history that they are of;
/// under 1 KiB at d = 64. Not safe for concurrent use.
/// </summary>
public sealed class SequenceState
{
    internal SequenceState(SequenceEncoder owner, int dimensions, int decays)
    {
        Owner = owner;
        Sums = [.. Enumerable.Range(0, decays).Select(_ => new float[dimensions])];
        Weights = new double[decays];
    }

    internal SequenceEncoder Owner { get; }

    /// <summary>h per decay.</summary>
    internal float[][] Sums { get; }

    /// <summary>w per decay.</summary>
    internal double[] Weights { get; }

    /// <summary>The history that the sums are of, newest first. A snapshot, not a copy.</summary>
    internal ReadOnlyMemory<HistoryItem> NewestFirst { get; set; }

    /// <summary>Number of items in the history that have a vector.</summary>
    internal int Known { get; set; }

    internal void Clear()
    {
        foreach (var sum in Sums)
        {
            Array.Clear(sum);
        }

        Array.Clear(Weights);
        NewestFirst = default;
        Known = 0;
    }

    /// <summary>An action: what there was fades, the input is added.</summary>
    internal void Push(ReadOnlySpan<float> decays, ReadOnlySpan<float> input)
    {
        for (var i = 0; i < Sums.Length; i++)
        {
            FadeAndAdd(Sums[i], decays[i], input);
            Weights[i] = (decays[i] * Weights[i]) + 1;
        }

        Known++;
    }

    /// <summary>In place here for whole registers: so few values are done before a call of a general kernel has begun. The values are the same.</summary>
    private static void FadeAndAdd(Span<float> sum, float decay, ReadOnlySpan<float> input)
    {
        if (!Vector512.IsHardwareAccelerated || sum.Length % Vector512<float>.Count != 0 || sum.Length != input.Length)
        {
            TensorPrimitives.MultiplyAdd(sum, decay, input, sum);
            return;
        }

        ref var first = ref MemoryMarshal.GetReference(sum);
        ref var added = ref MemoryMarshal.GetReference(input);
        var fade = Vector512.Create(decay);
        for (nuint place = 0; place < (nuint)sum.Length; place += (nuint)Vector512<float>.Count)
        {
            ((Vector512.LoadUnsafe(ref first, place) * fade) + Vector512.LoadUnsafe(ref added, place)).StoreUnsafe(ref first, place);
        }
    }
}
