namespace RecActors.Retrieval;

/// <summary>Chooses the kernel, once per process.</summary>
internal static class VectorKernels
{
    /// <summary>The kernel that everything uses.</summary>
    public static IVectorKernel Best { get; } = new ScalarKernel();
}
