namespace RecActors.Interest;

/// <summary>A thread's scratch for solves and updates of one layout.</summary>
internal sealed class FoldInWorkspace
{
    /// <summary>Vectors per rank-k update: two panels of this many at d = 64 fill half a first-level cache.</summary>
    public const int PanelCount = 32;

    [ThreadStatic]
    private static FoldInWorkspace? _current;

    private FoldInWorkspace(PackedLayout layout)
    {
        Padded = layout.Padded;
        Matrix = new float[layout.Length];
        InverseDiagonal = new float[layout.Padded];
        Solution = new float[layout.Padded];
        Plain = new float[PanelCount * layout.Padded];
        Scaled = new float[PanelCount * layout.Padded];
    }

    public int Padded { get; }

    public float[] Matrix { get; }

    public float[] InverseDiagonal { get; }

    public float[] Solution { get; }

    public float[] Plain { get; }

    public float[] Scaled { get; }

    /// <summary>The calling thread's workspace; valid until its next call with another layout.</summary>
    public static FoldInWorkspace Of(PackedLayout layout)
    {
        var current = _current;
        return current is not null && current.Padded == layout.Padded ? current : _current = new FoldInWorkspace(layout);
    }

    /// <summary>Writes a vector into a padded place; an absent vector is zero.</summary>
    public static void CopyPadded(ReadOnlySpan<float> vector, Span<float> padded)
    {
        vector.CopyTo(padded);
        padded[vector.Length..].Clear();
    }
}
