using System.Globalization;

namespace RecActors.Scaling;

/// <summary>What a while of load has cost.</summary>
/// <param name="Silos">All silos together.</param>
/// <param name="Gateways">All gateway processes together.</param>
/// <param name="Length">How long the load was on.</param>
/// <param name="Answers">Questions answered in it.</param>
/// <param name="Refusals">Questions refused as too many.</param>
/// <param name="P99">How long the slowest in a hundred took at least.</param>
internal sealed record LoadCost(ClusterUse Silos, ClusterUse Gateways, TimeSpan Length, int Answers, int Refusals, TimeSpan P99);

/// <summary>What a recommendation costs a cluster of some size, from pairs of a low and a high rate and a while without any load.</summary>
internal sealed record ScalingCost(string What, int SiloCount, IReadOnlyList<LoadCost> Lows, IReadOnlyList<LoadCost> Highs, LoadCost Idle)
{
    /// <summary>CPU of the silos for one more recommendation, ms.</summary>
    public double SiloCpu => Slope(cost => cost.Silos.Cpu.TotalMilliseconds);

    /// <summary>All CPU of the silos at the high rate for each recommendation, ms.</summary>
    public double AtHighRate => Median(Highs, cost => cost.Silos.Cpu.TotalMilliseconds / cost.Answers);

    /// <summary>CPU that a silo uses without any load, ms a second.</summary>
    public double Standing => Idle.Silos.Cpu.TotalMilliseconds / Idle.Length.TotalSeconds / SiloCount;

    public double GatewayCpu => Slope(cost => cost.Gateways.Cpu.TotalMilliseconds);

    public double Messages => Slope(cost => cost.Silos.Messages + cost.Gateways.Messages);

    public double Bytes => Slope(cost => cost.Silos.Bytes + cost.Gateways.Bytes);

    /// <summary>Messages of all processes without any load, a second.</summary>
    public double StandingMessages => (Idle.Silos.Messages + Idle.Gateways.Messages) / Idle.Length.TotalSeconds;

    public double P99 => Median(Highs, cost => cost.P99.TotalMilliseconds);

    public int Refusals => Lows.Concat(Highs).Sum(cost => cost.Refusals);

    /// <summary>A line for each size: medians of the rounds.</summary>
    public static string Table(IReadOnlyList<ScalingCost> costs)
    {
        var sizes = costs.GroupBy(cost => cost.What).ToList();
        var first = Median([.. sizes[0]], cost => cost.AtHighRate);
        var lines = sizes.Select(size => string.Create(CultureInfo.InvariantCulture,
            $"| {size.Key} | {Of(size, cost => cost.AtHighRate):F2} | {Of(size, cost => cost.AtHighRate) / first:F2} | {Of(size, cost => cost.SiloCpu):F2} | {Of(size, cost => cost.Standing):F0} | {Of(size, cost => cost.GatewayCpu):F2} | {Of(size, cost => cost.Messages):F2} | {Of(size, cost => cost.Bytes):F0} | {Of(size, cost => cost.StandingMessages):F0} | {Of(size, cost => cost.P99):F0} | {size.Sum(cost => cost.Refusals)} |"));
        return "\n| | CPU of silos in all, ms | to the first | slope between the rates, ms | standing, ms/s of a silo | CPU of the gateway, ms | messages | bytes | standing messages/s | p99, ms | refused |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
            + string.Join('\n', lines);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{SiloCpu:F2} ms ({string.Join(' ', Slopes(cost => cost.Silos.Cpu.TotalMilliseconds).Select(slope => slope.ToString("F2", CultureInfo.InvariantCulture)))}), {AtHighRate:F2} ms with standing use, {Standing:F0} ms/s standing, gateway {GatewayCpu:F2} ms, {Messages:F2} messages of {Bytes:F0} bytes, {StandingMessages:F0} standing messages/s, p99 {P99:F0} ms, {Refusals} refused");

    private double Slope(Func<LoadCost, double> of) => Median(Slopes(of));

    private double[] Slopes(Func<LoadCost, double> of) =>
        [.. Lows.Zip(Highs, (low, high) => (of(high) - of(low)) / (high.Answers - low.Answers))];

    private static double Of(IEnumerable<ScalingCost> costs, Func<ScalingCost, double> of) => Median([.. costs], of);

    private static double Median<T>(IReadOnlyList<T> costs, Func<T, double> of) => Median([.. costs.Select(of)]);

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
