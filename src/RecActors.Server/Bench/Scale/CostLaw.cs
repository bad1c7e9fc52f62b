namespace RecActors.Bench.Scale;

/// <summary>How a cost is expected to grow: y = a + b · f(x), with neither part negative.</summary>
/// <param name="Name">For people, such as <c>a + b √N</c>.</param>
/// <param name="Growth">f.</param>
internal sealed record CostLaw(string Name, Func<double, double> Growth)
{
    /// <summary>The same whatever the size.</summary>
    public static CostLaw Constant { get; } = new("constant", _ => 0);

    /// <summary>As an inverted file, whose lists grow in number with √N up to four million rows, but between a quarter of a million and one.</summary>
    public static CostLaw SquareRoot { get; } = new("a + b √x", Math.Sqrt);

    public static CostLaw Linear { get; } = new("a + b x", x => x);

    /// <summary>A part of what comes at once shares what that costs.</summary>
    public static CostLaw Shared { get; } = new("a + b / x", x => 1 / x);

    /// <summary>In proportion up to a bound, the same beyond it.</summary>
    public static CostLaw LinearUpTo(int bound) => new($"a + b min(x, {bound})", x => Math.Min(x, bound));

    /// <summary>The law that is closest to what was measured, by least squares of relative errors.</summary>
    /// <exception cref="ArgumentException">There are no points, or one is not positive.</exception>
    public FittedLaw Fit(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count == 0 || points.Any(point => point.Y <= 0))
        {
            throw new ArgumentException("There must be points, of positive costs.", nameof(points));
        }

        // Weighted by 1 / y²: normal equations of (a + b f) / y = 1.
        double ones = 0, grown = 0, squares = 0, left = 0, right = 0;
        foreach (var (x, y) in points)
        {
            var (one, growth) = (1 / y, Growth(x) / y);
            ones += one * one;
            grown += one * growth;
            squares += growth * growth;
            left += one;
            right += growth;
        }

        var determinant = (ones * squares) - (grown * grown);
        if (determinant <= 1e-12 * ones * squares)
        {
            return new FittedLaw(this, left / ones, 0);
        }

        var (a, b) = (((left * squares) - (right * grown)) / determinant, ((ones * right) - (grown * left)) / determinant);
        return (a, b) switch
        {
            ( < 0, _) => new FittedLaw(this, 0, right / squares),
            (_, < 0) => new FittedLaw(this, left / ones, 0),
            _ => new FittedLaw(this, a, b),
        };
    }
}

/// <summary>A law with its numbers.</summary>
internal sealed record FittedLaw(CostLaw Law, double Fixed, double Slope)
{
    public double At(double x) => Fixed + (Slope * Law.Growth(x));
}
