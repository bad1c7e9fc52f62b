using System.IO.Hashing;
using System.Runtime.InteropServices;
using RecActors.Feedback;
using RecActors.Interest;

namespace RecActors.ItemToItem;

public sealed class CountingRulesTests
{
    private const int Users = 20, Items = 40, Actions = 2_000;

    /// <summary>
    /// Statistics that were stored are gone on with as long as their rules have the same number. If the same actions count otherwise than before, give
    /// the rules another number, and this test what they count now.
    /// </summary>
    [Fact]
    public void Observe_TheSameActions_CountsWhatTheNumberOfTheRulesStandsFor()
    {
        var statistics = new ItemStatistics(new ItemStatisticsOptions());
        var histories = Enumerable.Range(0, Users).Select(_ => new UserHistory()).ToList();
        var state = 1u;
        for (var action = 0; action < Actions; action++)
        {
            var history = histories[Next(Users)];
            var item = new HistoryItem(Next(Items), 1 + (Next(4) / 4f), Next(5) == 0 ? Polarity.Negative : Polarity.Positive, 1_700_000_000_000 + action);
            statistics.Observe(history, item);
            history.Add(item);
        }

        var counted = statistics.Export(row => $"item-{row:D2}");
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(counted.Counts.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(counted.FirstSeenMs.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(counted.Masses.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(counted.PairItems.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(counted.PairValues.AsSpan()));
        Assert.Equal(1, ItemStatistics.CountingRules);
        Assert.Equal(0xCEE0DB3B23E44D8DUL, hash.GetCurrentHashAsUInt64());

        // Numerical Recipes' generator: the same for good, whatever System.Random becomes.
        int Next(int end) => (int)(((state = (state * 1_664_525) + 1_013_904_223) >> 8) % (uint)end);
    }
}
