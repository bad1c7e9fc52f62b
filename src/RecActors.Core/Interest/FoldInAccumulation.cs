using System.Numerics.Tensors;
using RecActors.Feedback;

namespace RecActors.Interest;

/// <summary>
/// The sums of a fold-in, from scratch and step by step. A new item fades all others (A ← γA + w vvᵀ). An item that is acted on again
/// leaves its age k, at which only the newer ones fade: A ← A − γᵏ w vvᵀ − (1 − γ) Σ_{a&lt;k} γᵃ wₐ vₐvₐᵀ + w′ vvᵀ, which needs no
/// division by γ and so loses no digits. What leaves the window is subtracted.
/// </summary>
internal static class FoldInAccumulation
{
    /// <summary>What has faded below this share is no longer added nor subtracted: it is far below a float's precision.</summary>
    private const double Negligible = 1e-10;

    /// <summary>Steps after which rounding is wiped out by summing from scratch.</summary>
    private const int MaxSteps = 256;

    /// <summary>New items beyond which a history counts as another one.</summary>
    private const int MaxPushes = 16;

    /// <summary>Adds the sums of a history to a matrix and a vector; returns its weight.</summary>
    public static double Sum(
        PackedLayout layout,
        float decay,
        ReadOnlySpan<HistoryItem> newestFirst,
        IItemVectors vectors,
        Span<float> matrix,
        Span<float> vector,
        FoldInWorkspace workspace)
    {
        var fade = 1d;
        var weight = 0d;
        var panel = 0;
        foreach (var item in newestFirst)
        {
            if (fade < Negligible)
            {
                break;
            }

            var scale = fade * item.Weight;
            weight += scale;
            fade *= decay;
            var plain = workspace.Plain.AsSpan(panel * layout.Padded, layout.Padded);
            var scaled = workspace.Scaled.AsSpan(panel * layout.Padded, layout.Padded);
            FoldInWorkspace.CopyPadded(vectors.Row(item.Row), plain);
            TensorPrimitives.Multiply(plain, (float)scale, scaled);
            if (item.Polarity == Polarity.Positive)
            {
                TensorPrimitives.Add(vector, scaled, vector);
            }

            if (++panel == FoldInWorkspace.PanelCount)
            {
                PackedKernels.AddPanel(layout, matrix, workspace.Scaled, workspace.Plain, panel);
                panel = 0;
            }
        }

        if (panel > 0)
        {
            PackedKernels.AddPanel(layout, matrix, workspace.Scaled, workspace.Plain, panel);
        }

        return weight;
    }

    /// <summary>Makes the state the sums of this history.</summary>
    public static void Update(
        PackedLayout layout, float[] decays, FoldInState state, ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors)
    {
        var pushes = IsStale(state, vectors) ? -1 : CountPushes(state.NewestFirst, newestFirst);
        if (pushes < 0 || state.StepsSinceRebuild + pushes > MaxSteps || !IsCheap(state.NewestFirst, newestFirst, pushes))
        {
            Rebuild(layout, decays, state, newestFirst, vectors);
            return;
        }

        for (var push = pushes - 1; push >= 0; push--)
        {
            Push(layout, decays, state, newestFirst[push], vectors);
            if (state.Count > state.Window)
            {
                Evict(layout, decays, state, vectors);
            }
        }

        while (state.Count > newestFirst.Length)
        {
            Evict(layout, decays, state, vectors);
        }
    }

    private static void Rebuild(
        PackedLayout layout, float[] decays, FoldInState state, ReadOnlySpan<HistoryItem> newestFirst, IItemVectors vectors)
    {
        state.Reset(newestFirst, vectors);
        var workspace = FoldInWorkspace.Of(layout);
        for (var decay = 0; decay < decays.Length; decay++)
        {
            state.Weights[decay] = Sum(
                layout, decays[decay], newestFirst, vectors, state.Matrices[decay], state.Vectors[decay], workspace);
        }
    }

    private static bool IsStale(FoldInState state, IItemVectors vectors)
    {
        var items = state.NewestFirst;
        var norms = state.SquaredNorms;
        for (var age = 0; age < items.Length; age++)
        {
            // Equals, because a vector that is not a number must not look replaced for ever.
            if (!vectors.SquaredNorm(items[age].Row).Equals(norms[age]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many of the newest items, put in front of the old history, make the new one; −1 when none do.</summary>
    private static int CountPushes(ReadOnlySpan<HistoryItem> old, ReadOnlySpan<HistoryItem> updated)
    {
        for (var pushes = 0; pushes <= Math.Min(MaxPushes, updated.Length); pushes++)
        {
            if (Continues(old, updated, pushes))
            {
                return pushes;
            }
        }

        return -1;
    }

    private static bool Continues(ReadOnlySpan<HistoryItem> old, ReadOnlySpan<HistoryItem> updated, int pushes)
    {
        var next = 0;
        for (var age = pushes; age < updated.Length; age++, next++)
        {
            while (next < old.Length && AgeOf(updated[..pushes], old[next].Row) >= 0)
            {
                next++;
            }

            if (next == old.Length || !CountsAlike(old[next], updated[age]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when the steps cost fewer rank-one updates than the history has items.</summary>
    private static bool IsCheap(ReadOnlySpan<HistoryItem> old, ReadOnlySpan<HistoryItem> updated, int pushes)
    {
        // A rank-one update costs some three times an item's share of a rank-k update.
        var budget = 8 + (updated.Length / 3);
        var updates = pushes + Math.Max(0, old.Length - updated.Length);
        for (var push = 0; push < pushes; push++)
        {
            updates += Math.Max(0, AgeOf(old, updated[push].Row));
        }

        return updates <= budget;
    }

    private static void Push(PackedLayout layout, float[] decays, FoldInState state, HistoryItem item, IItemVectors vectors)
    {
        var age = AgeOf(state.NewestFirst, item.Row);
        for (var decay = 0; decay < decays.Length; decay++)
        {
            if (age < 0)
            {
                Add(layout, state, decay, item, vectors, fade: decays[decay], scale: 1);
                continue;
            }

            var scale = 1d;
            for (var newer = 0; newer < age && decays[decay] < 1 && scale > Negligible; newer++, scale *= decays[decay])
            {
                Add(layout, state, decay, state.NewestFirst[newer], vectors, fade: 1, scale: -(1 - decays[decay]) * scale);
            }

            Add(layout, state, decay, state.NewestFirst[age], vectors, fade: 1, scale: -Math.Pow(decays[decay], age));
            Add(layout, state, decay, item, vectors, fade: 1, scale: 1);
        }

        state.PushFront(item, vectors.SquaredNorm(item.Row), age);
        state.StepsSinceRebuild++;
    }

    private static void Evict(PackedLayout layout, float[] decays, FoldInState state, IItemVectors vectors)
    {
        var age = state.Count - 1;
        for (var decay = 0; decay < decays.Length; decay++)
        {
            var scale = Math.Pow(decays[decay], age);
            if (scale > Negligible)
            {
                Add(layout, state, decay, state.NewestFirst[age], vectors, fade: 1, scale: -scale);
            }
        }

        state.DropOldest();
        state.StepsSinceRebuild++;
    }

    private static void Add(
        PackedLayout layout, FoldInState state, int decay, HistoryItem item, IItemVectors vectors, float fade, double scale)
    {
        var workspace = FoldInWorkspace.Of(layout);
        var plain = workspace.Plain.AsSpan(0, layout.Padded);
        FoldInWorkspace.CopyPadded(vectors.Row(item.Row), plain);
        var weight = scale * item.Weight;
        PackedKernels.AddOuter(layout, state.Matrices[decay], plain, fade, (float)weight);
        var vector = state.Vectors[decay].AsSpan();
        TensorPrimitives.Multiply(vector, fade, vector);
        if (item.Polarity == Polarity.Positive)
        {
            TensorPrimitives.MultiplyAdd(plain, (float)weight, vector, vector);
        }

        state.Weights[decay] = (state.Weights[decay] * fade) + weight;
    }

    private static int AgeOf(ReadOnlySpan<HistoryItem> newestFirst, int row)
    {
        for (var age = 0; age < newestFirst.Length; age++)
        {
            if (newestFirst[age].Row == row)
            {
                return age;
            }
        }

        return -1;
    }

    /// <summary>Equal but for the time, which does not enter the sums.</summary>
    private static bool CountsAlike(HistoryItem left, HistoryItem right) =>
        left.Row == right.Row && left.Weight.Equals(right.Weight) && left.Polarity == right.Polarity;
}
