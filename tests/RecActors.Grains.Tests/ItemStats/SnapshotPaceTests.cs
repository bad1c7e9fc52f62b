using Microsoft.Extensions.Time.Testing;

namespace RecActors.ItemStats;

public sealed class SnapshotPaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SnapshotPace _pace;

    public SnapshotPaceTests() => _pace = new(new ItemStatsOptions { SnapshotInterval = Second, SnapshotRest = 3 }, _time);

    [Fact]
    public void IsResting_NoCopyYet_DoesNotRest() => Assert.False(_pace.IsResting);

    [Fact]
    public void IsResting_AfterACopy_LastsSoManyTimesAsLong()
    {
        _pace.Ended(2 * Second, gaveUp: false);

        Assert.Equal(6, TicksAtRest());
    }

    [Fact]
    public void IsResting_CopiesForNothing_LastsLongerEachTimeUpToABoundAndUntilOneIsMade()
    {
        var rests = new List<int>();
        for (var copy = 0; copy < 8; copy++)
        {
            _pace.Ended(Second, gaveUp: true);
            rests.Add(TicksAtRest());
        }

        Assert.Equal([3 + 1, 3 + 3, 3 + 7, 3 + 15, 3 + 31, 3 + 63, 3 + 63, 3 + 63], rests);
        _pace.Ended(Second, gaveUp: false);
        Assert.Equal(3, TicksAtRest());
    }

    private int TicksAtRest()
    {
        for (var ticks = 0; ; ticks++)
        {
            _time.Advance(Second);
            if (!_pace.IsResting)
            {
                return ticks;
            }
        }
    }
}
