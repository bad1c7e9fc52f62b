using CsCheck;

namespace RecActors.Feedback;

public sealed class EventMemoryTests
{
    [Fact]
    public void Contains_AfterAnyAdditions_HoldsTheLastCapacityOfThem() =>
        Gen.Select(Gen.Int[1, 50], Gen.ULong[1, 1000].HashSet[0, 400]).Sample((capacity, hashes) =>
        {
            var memory = new EventMemory(capacity);
            foreach (var hash in hashes)
            {
                memory.Add(hash);
            }

            return hashes.TakeLast(capacity).All(memory.Contains);
        });

    [Fact]
    public void Contains_WithinCapacity_IsExact() =>
        Gen.ULong[1, 1000].HashSet[0, 300].Sample(hashes =>
        {
            var memory = new EventMemory(1000);
            foreach (var hash in hashes)
            {
                memory.Add(hash);
            }

            return Enumerable.Range(1, 1000).All(hash => memory.Contains((ulong)hash) == hashes.Contains((ulong)hash));
        });

    [Fact]
    public void Contains_MoreThanTwiceTheCapacity_ForgetsTheOldest()
    {
        var memory = new EventMemory(10);
        for (var hash = 1ul; hash <= 31; hash++)
        {
            memory.Add(hash);
        }

        Assert.False(memory.Contains(1));
    }

    [Fact]
    public void Contains_EntryWithoutEventId_IsNeverARepeat()
    {
        var memory = new EventMemory(10);
        memory.Add(EventIds.HashOf(null));

        Assert.False(memory.Contains(EventIds.HashOf(null)));
    }
}
