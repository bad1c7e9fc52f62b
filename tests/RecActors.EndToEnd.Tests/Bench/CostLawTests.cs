using RecActors.Bench.Scale;

namespace RecActors.Bench;

public sealed class CostLawTests
{
    [Fact]
    public void Fit_PointsOnALaw_FindsIt()
    {
        double[] sizes = [1e4, 1e5, 1e6, 5e6];

        var fitted = CostLaw.SquareRoot.Fit([.. sizes.Select(size => (size, 300 + (0.4 * Math.Sqrt(size))))]);

        Assert.Equal(300, fitted.Fixed, 6);
        Assert.Equal(0.4, fitted.Slope, 6);
        Assert.Equal(300 + (0.4 * 2_000), fitted.At(4e6), 3);
    }

    [Fact]
    public void Fit_WhatABatchShares_FindsBothParts()
    {
        double[] sizes = [1, 10, 100, 1_000];

        var fitted = CostLaw.Shared.Fit([.. sizes.Select(size => (size, 20 + (30 / size)))]);

        Assert.Equal(20, fitted.Fixed, 6);
        Assert.Equal(30, fitted.Slope, 6);
    }

    [Fact]
    public void Fit_CostThatFalls_HasNoSlope()
    {
        var fitted = CostLaw.Linear.Fit([(1, 4), (2, 2), (4, 1)]);

        Assert.Equal(0, fitted.Slope);
        Assert.InRange(fitted.Fixed, 1, 4);
    }

    [Fact]
    public void Fit_CostThatGrowsFasterThanTheLaw_HasNoFixedPart()
    {
        var fitted = CostLaw.Linear.Fit([(1, 1), (2, 4), (4, 16)]);

        Assert.Equal(0, fitted.Fixed);
        Assert.True(fitted.Slope > 0);
    }

    [Fact]
    public void Fit_OnePoint_IsThatPoint() => Assert.Equal(5, CostLaw.Linear.Fit([(10, 5)]).At(10), 9);

    [Fact]
    public void Fit_ConstantLaw_IsBetweenThePoints() => Assert.InRange(CostLaw.Constant.Fit([(1, 90), (1e6, 110)]).At(1e3), 90, 110);

    [Fact]
    public void Fit_NothingToFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => CostLaw.Linear.Fit([]));
        Assert.Throws<ArgumentException>(() => CostLaw.Linear.Fit([(1, 0)]));
    }
}
