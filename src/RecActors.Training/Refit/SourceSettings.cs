using RecActors.ItemToItem;
using RecActors.Training;

namespace RecActors.Refit;

/// <summary>What is searched by validation: length of the vectors, weight of the unobserved pairs, regularisation and its exponent, decays and window of the fold-in.</summary>
internal sealed record SourceSettings(int Dimensions, float Alpha0, float Regularization, float Nu, IReadOnlyList<float> Decays, int Window)
{
    /// <summary>How histories are looked up; null for the configured way.</summary>
    public ItemToItemLookup? Lookup { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Dimensions} dimensions, alpha0 {Alpha0}, regularization {Regularization}, nu {Nu}, decays {string.Join(" and ", Decays)}, window {Window}");
}

/// <summary>Place of settings in the <see cref="Grid"/>.</summary>
internal readonly record struct GridPoint(int Alpha0, int Regularization, int Nu);

/// <summary>The settings that the options offer, each axis ascending.</summary>
internal sealed class Grid(TrainingOptions options)
{
    private readonly IReadOnlyList<float> _alpha0 = options.Alpha0InUse;
    private readonly IReadOnlyList<float> _regularization = options.RegularizationInUse;
    private readonly IReadOnlyList<float> _nu = options.NuInUse;

    public SourceSettings this[GridPoint at] => new(options.Dimensions, _alpha0[at.Alpha0], _regularization[at.Regularization], _nu[at.Nu], options.DecaysInUse, options.Window);

    public int Count => _alpha0.Count * _regularization.Count * _nu.Count;

    public GridPoint Middle => new(_alpha0.Count / 2, _regularization.Count / 2, _nu.Count / 2);

    /// <summary>The points at most one step away on every axis, diagonals last: the best a₀ depends on the regularisation, but most steps are straight.</summary>
    public IEnumerable<GridPoint> Neighbours(GridPoint at) =>
        from alpha0 in Around(at.Alpha0, _alpha0)
        from regularization in Around(at.Regularization, _regularization)
        from nu in Around(at.Nu, _nu)
        let point = new GridPoint(alpha0, regularization, nu)
        where point != at
        orderby Steps(at, point)
        select point;

    /// <summary>On how many axes two neighbours differ.</summary>
    public static int Steps(GridPoint from, GridPoint to) =>
        Math.Abs(from.Alpha0 - to.Alpha0) + Math.Abs(from.Regularization - to.Regularization) + Math.Abs(from.Nu - to.Nu);

    private static IEnumerable<int> Around(int at, IReadOnlyList<float> axis) =>
        Enumerable.Range(at - 1, 3).Where(place => place >= 0 && place < axis.Count);
}
