namespace RecActors.Retrieval;

/// <summary>
/// Chooses the kernel, once per process: the widest that the processor runs, or the one that the environment variable
/// <c>RECACTORS_KERNEL</c> names (<c>scalar</c>, <c>128</c>, <c>256</c>, <c>512</c>), to compare them or to reproduce another
/// machine's last digits.
/// </summary>
internal static class VectorKernels
{
    private const string Override = "RECACTORS_KERNEL";

    /// <summary>The kernels that this processor runs, widest first.</summary>
    public static IReadOnlyList<IVectorKernel> Supported { get; } = List();

    /// <summary>The kernel that everything uses.</summary>
    public static IVectorKernel Best { get; } = Choose(Supported, Environment.GetEnvironmentVariable(Override));

    /// <exception cref="PlatformNotSupportedException">This processor does not run a kernel of that name.</exception>
    internal static IVectorKernel Choose(IReadOnlyList<IVectorKernel> supported, string? name) =>
        string.IsNullOrEmpty(name)
            ? supported[0]
            : supported.FirstOrDefault(kernel => string.Equals(kernel.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new PlatformNotSupportedException(
                    $"{Override} is '{name}'; this processor runs {string.Join(", ", supported.Select(kernel => kernel.Name))}.");

    private static List<IVectorKernel> List()
    {
        var kernels = new List<IVectorKernel>();
        if (Vector512Kernel.IsSupported)
        {
            kernels.Add(new Vector512Kernel());
        }

        if (Vector256Kernel.IsSupported)
        {
            kernels.Add(new Vector256Kernel());
        }

        if (Vector128Kernel.IsSupported)
        {
            kernels.Add(new Vector128Kernel());
        }

        kernels.Add(new ScalarKernel());
        return kernels;
    }
}
