using RecActors.ItemToItem;

namespace RecActors.ItemStats;

public sealed class AppendRoundsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task End_AppendsOfTheRoundAreOpen_WaitsForThemAndNotForLaterOnes()
    {
        var rounds = new AppendRounds();
        var first = rounds.Begin();
        var ending = rounds.EndAsync(TimeProvider.System, Token);

        // The round ends before the first wait.
        var later = rounds.Begin();
        Assert.NotEqual(first, later);
        Assert.False(ending.IsCompleted);
        rounds.Settle(first);
        await ending;

        Assert.True(rounds.HasAny);
        rounds.Settle(later);
        Assert.False(rounds.HasAny);
        await rounds.EndAsync(TimeProvider.System, Token);
    }

    [Fact]
    public async Task End_AnAppendNeverSettles_IsCanceledAndNextTimeWaitsForItAgain()
    {
        var rounds = new AppendRounds();
        rounds.Begin();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var limit = new CancellationTokenSource();
            var ending = rounds.EndAsync(TimeProvider.System, limit.Token);
            Assert.False(ending.IsCompleted);
            await limit.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending);
            rounds.Settle(rounds.Begin());
        }
    }

    [Fact]
    public async Task Begin_ByManyThreadsWhileRoundsEnd_IsNeverOpenInARoundThatHasEnded()
    {
        var rounds = new AppendRounds();
        var open = new int[2];
        using var done = new CancellationTokenSource();
        var threads = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var round = rounds.Begin();
                Interlocked.Increment(ref open[round]);
                Interlocked.Decrement(ref open[round]);
                rounds.Settle(round);
            }
        })).ToList();
        for (var end = 0; end < 200; end++)
        {
            await rounds.EndAsync(TimeProvider.System, Token);

            // Rounds alternate, and the one that has just ended gets nothing until the next ends.
            Assert.Equal(0, Volatile.Read(ref open[end % 2]));
        }

        await done.CancelAsync();
        await Task.WhenAll(threads);
        Assert.False(rounds.HasAny);
    }

    [Fact]
    public void TryAdd_MoreThanMayBeHeld_BreaksAndHoldsNoMore()
    {
        using var tooMany = new CancellationTokenSource();
        var held = new HeldActions(most: 2, tooMany);
        Assert.True(held.TryAdd(new ItemAction(1, 1, false, 1), [2], position: 1));
        Assert.True(held.TryAdd(new ItemAction(2, 1, false, 1), [1], position: 2));
        Assert.False(held.IsBroken || tooMany.IsCancellationRequested);

        Assert.False(held.TryAdd(new ItemAction(3, 1, false, 1), [], position: 3));

        Assert.True(held.IsBroken && tooMany.IsCancellationRequested);
        Assert.Equal([1, 2], held.TakeAllOrEnd()!.Actions.Select(action => action.Counted.Row));
        Assert.Null(held.TakeAllOrEnd());
    }

    [Fact]
    public void Take_ThroughAPosition_LeavesTheLaterOnesAndNothingWhereOneIsUnknown()
    {
        var held = new HeldActions(most: 9);
        held.TryAdd(new ItemAction(1, 1, false, 1), [2, 3], position: 7);
        held.TryAdd(new ItemAction(2, 1, false, 1), [4], position: 5);

        var taken = held.Take(through: 6)!;
        Assert.Equal(2, Assert.Single(taken.Actions).Counted.Row);
        Assert.Equal([4], taken.SourcesOf(taken.Actions[0]).ToArray());

        held.TryAdd(new ItemAction(3, 1, false, 1), [], StatsAction.UnknownPosition);
        Assert.Null(held.Take(through: 100));
        Assert.Equal([1, 3], held.TakeAllOrEnd()!.Actions.Select(action => action.Counted.Row));
    }
}
