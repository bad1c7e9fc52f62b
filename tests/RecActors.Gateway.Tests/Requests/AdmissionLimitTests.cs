using Microsoft.Extensions.Time.Testing;

namespace RecActors.Requests;

public sealed class AdmissionLimitTests
{
    private const int Most = 1000;
    private const int Least = 20;
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(80);

    private readonly FakeTimeProvider _time = new();
    private readonly AdmissionLimit _limit;

    public AdmissionLimitTests() => _limit = new AdmissionLimit(Most, Least, Target, TimeSpan.Zero, _time);

    [Fact]
    public void TryEnter_AtTheLimit_RefusesUntilOneLeaves()
    {
        var limit = new AdmissionLimit(2, Least, Target, TimeSpan.Zero, _time);

        Assert.True(limit.TryEnter());
        Assert.True(limit.TryEnter());
        Assert.False(limit.TryEnter());
        limit.Leave(Fast);
        Assert.True(limit.TryEnter());
    }

    [Fact]
    public void Leave_WindowOfLateRequests_FallsBelowWhatWasInFlight()
    {
        Pass(100, Slow);

        Assert.Equal(80, _limit.Limit);
        Pass(80, Slow);
        Assert.Equal(64, _limit.Limit);
    }

    [Fact]
    public void Leave_LateForEver_StopsAtTheFloor()
    {
        for (var window = 0; window < 30; window++)
        {
            Pass(50, Slow);
        }

        Assert.Equal(Least, _limit.Limit);
    }

    [Fact]
    public void Leave_FewLateOnes_ChangeNothing()
    {
        Enter(100);
        Leave(96, Fast);
        Leave(4, Slow);
        EndWindow();

        Assert.Equal(Most, _limit.Limit);
    }

    [Fact]
    public void Leave_RequestsWhoseTimeSaysNothing_ChangeNothing()
    {
        Enter(100);
        for (var i = 0; i < 100; i++)
        {
            _limit.Leave(null);
        }

        EndWindow();

        Assert.Equal(Most, _limit.Limit);
    }

    [Fact]
    public void Leave_LimitUsedUpAndNothingLate_RisesAgain()
    {
        Pass(100, Slow);

        Enter(80);
        Assert.False(_limit.TryEnter());
        Leave(80, Fast);
        EndWindow();

        Assert.Equal(89, _limit.Limit);
    }

    [Fact]
    public void TryEnter_AWhileWithoutOverload_HasTheWholeLimitAgain()
    {
        Pass(100, Slow);

        _time.Advance(TimeSpan.FromSeconds(6));
        Pass(1, Fast);

        Assert.Equal(Most, _limit.Limit);
    }

    [Fact]
    public void Leave_FewRequestsAndAllLate_FallsAndDoesNotRise()
    {
        for (var window = 0; window < 40; window++)
        {
            Pass(3, Slow);
            Assert.InRange(_limit.Limit, Least, Most);
        }

        Assert.Equal(Least, _limit.Limit);
    }

    [Fact]
    public void Waited_EverythingWaitsForAThread_FallsWhateverTheRequestsAre()
    {
        Enter(100);
        for (var i = 0; i < 5; i++)
        {
            _limit.Waited(Slow);
        }

        Leave(100, Fast);
        EndWindow();

        Assert.Equal(80, _limit.Limit);
    }

    [Fact]
    public void Waited_OneThatDidNot_WasABurst()
    {
        Enter(100);
        for (var i = 0; i < 5; i++)
        {
            _limit.Waited(i == 3 ? TimeSpan.FromMilliseconds(1) : Slow);
        }

        Leave(100, Fast);
        EndWindow();

        Assert.Equal(Most, _limit.Limit);
    }

    [Fact]
    public void Waited_ForEver_StopsAtTheFloor()
    {
        WaitForEver(Slow, refused: 5);

        Assert.Equal(Least, _limit.Limit);
    }

    [Fact]
    public void Waited_ForAFifthOfTheTargetWhileManyAreRefused_StaysAtTheFloor()
    {
        WaitForEver(Slow, refused: 5);

        WaitForEver(Target / 4, refused: 5);

        Assert.Equal(Least, _limit.Limit);
    }

    [Fact]
    public void Waited_ForAFifthOfTheTargetWhileOneIsRefused_RisesAgain()
    {
        WaitForEver(Slow, refused: 5);

        WaitForEver(Target / 4, refused: 1);

        Assert.InRange(_limit.Limit, Least + 1, Most);
    }

    [Fact]
    public void Leave_LateForLessThanAnOverloadTakes_ChangesNothing()
    {
        var limit = new AdmissionLimit(Most, Least, Target, 4 * Target, _time);
        for (var window = 0; window < 20; window++)
        {
            // Late in every second window, and in the others all is well, with as many in flight.
            PassThrough(limit, 100, window % 2 == 0 ? Slow : Fast);
        }

        Assert.Equal(Most, limit.Limit);
        for (var window = 0; window < 5; window++)
        {
            PassThrough(limit, 100, Slow);
        }

        Assert.InRange(limit.Limit, 80, 100);
    }

    [Fact]
    public void Leave_WithoutATarget_NeverFalls()
    {
        var limit = new AdmissionLimit(Most, Least, TimeSpan.Zero, TimeSpan.Zero, _time);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(limit.TryEnter());
            limit.Leave(TimeSpan.FromMinutes(1));
            _time.Advance(Target);
        }

        Assert.Equal(Most, limit.Limit);
    }

    /// <summary>So many come together, take so long, and the window ends.</summary>
    private void Pass(int requests, TimeSpan took)
    {
        Enter(requests);
        Leave(requests, took);
        EndWindow();
    }

    private void PassThrough(AdmissionLimit limit, int requests, TimeSpan took)
    {
        var entered = Enumerable.Range(0, requests).Count(_ => limit.TryEnter());
        _time.Advance(Target / 2);
        for (var request = 0; request < entered; request++)
        {
            limit.Leave(took);
        }

        _time.Advance(Target / 2);
    }

    /// <summary>As many as may be in flight, and some more in each window.</summary>
    private void WaitForEver(TimeSpan wait, int refused)
    {
        for (var window = 0; window < 60; window++)
        {
            var offered = Math.Min(50, _limit.Limit) + refused;
            Enter(offered);
            for (var request = _entered; request < offered; request++)
            {
                Assert.False(_limit.TryEnter());
            }

            for (var i = 0; i < 5; i++)
            {
                _limit.Waited(wait);
            }

            Leave(_entered, Fast);
            EndWindow();
        }
    }

    private void Enter(int requests)
    {
        for (var i = 0; i < requests && _limit.TryEnter(); i++)
        {
            _entered++;
        }
    }

    private void Leave(int requests, TimeSpan took)
    {
        for (var i = 0; i < requests && _entered > 0; i++, _entered--)
        {
            _limit.Leave(took);
        }
    }

    /// <summary>A request looks at the clock.</summary>
    private void EndWindow()
    {
        _time.Advance(Target);
        Assert.True(_limit.TryEnter());
        _limit.Leave(null);
    }

    private int _entered;
}
