using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;
using RecActors.ItemToItem;

namespace RecActors.Scaling;

/// <summary>
/// CPU time of counting an action in a replica of the item statistics, as every silo does with every action of the cluster: a coefficient of
/// docs/scaling.md. It asserts nothing and runs only when asked.
/// </summary>
public sealed class StatisticsCosts(ITestOutputHelper output)
{
    private const int Items = 20_000;
    private const int Before = 20;
    private const int Warm = 200_000;
    private const int Actions = 500_000;

    [Fact(Explicit = true)]
    public void Count_ActionsWithTwentyItemsBefore_PrintsCpuTimePerPair()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        var random = new Random(1);
        var sources = new List<int>();
        var history = new HistoryItem[Before];
        var pairs = 0L;
        Count(Warm);
        pairs = 0;
        var before = Environment.CpuUsage.UserTime;
        Count(Actions);
        var micros = (Environment.CpuUsage.UserTime - before).TotalMicroseconds;
        output.WriteLine($"{micros / Actions:F2} µs of CPU an action, {micros / pairs:F3} µs for each of its {pairs / (double)Actions:F0} pairs, {statistics.PairCount:N0} pairs kept");

        void Count(int actions)
        {
            for (var action = 0; action < actions; action++)
            {
                for (var i = 0; i < Before; i++)
                {
                    history[i] = new HistoryItem(Draw(random), 1, Polarity.Positive, 1_700_000_000_000 + action);
                }

                sources.Clear();
                if (statistics.TryReduce(history, new HistoryItem(Draw(random), 1, Polarity.Positive, 1_700_000_000_000 + action), sources, out var counted))
                {
                    statistics.Count(counted, CollectionsMarshal.AsSpan(sources));
                    statistics.CountRecent(counted.Row);
                    pairs += sources.Count;
                }
            }
        }
    }

    /// <summary>A few items are popular.</summary>
    private static int Draw(Random random) => (int)(Items * Math.Pow(random.NextDouble(), 3));
}
