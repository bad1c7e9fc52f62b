using System.ComponentModel.DataAnnotations;

namespace RecActors.Interest;

/// <summary>Constants of <see cref="ImplicitAls"/>, chosen by validation on the newest training slice.</summary>
public sealed record ImplicitAlsOptions
{
    /// <summary>d, length of a factor.</summary>
    /// <value>64.</value>
    [Range(1, 1024)]
    public int Dimensions { get; init; } = 64;

    /// <summary>a₀, weight of the implicit zero of every cell. Search together with <see cref="Regularization"/>.</summary>
    /// <value>0.1.</value>
    [Range(0, 100)]
    public float Alpha0 { get; init; } = 0.1f;

    /// <summary>reg, strength of the regulariser.</summary>
    /// <value>0.01.</value>
    [Range(0, 100)]
    public float Regularization { get; init; } = 0.01f;

    /// <summary>ν: 1 scales the regulariser with the number of actions, 0 does not.</summary>
    /// <value>1.</value>
    [Range(0, 2)]
    public float Nu { get; init; } = 1f;

    /// <summary>Number of alternating solves of both sides.</summary>
    /// <value>10: more hardly change the ranking.</value>
    [Range(1, 1000)]
    public int Sweeps { get; init; } = 10;

    /// <summary>Standard deviation of the initial factors, times √d.</summary>
    /// <value>0.1.</value>
    [Range(0, 10)]
    public float InitialScale { get; init; } = 0.1f;

    /// <summary>Seed of the initial factors. The result depends on it, never on the number of threads.</summary>
    public int Seed { get; init; }

    /// <summary>How many threads may solve at once.</summary>
    /// <value>1: training shares the machine with serving.</value>
    [Range(1, 1024)]
    public int MaxThreads { get; init; } = 1;
}
