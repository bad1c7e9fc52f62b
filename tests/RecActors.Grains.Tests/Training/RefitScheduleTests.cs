namespace RecActors.Training;

public sealed class RefitScheduleTests
{
    private static readonly RefitOptions Options = new()
    {
        Interval = TimeSpan.FromHours(24),
        NewActions = 10_000,
        MinimumInterval = TimeSpan.FromMinutes(10),
        MinimumActions = 1_000,
    };

    private static readonly RefitStatus Completed = new() { State = RefitState.Completed, RefitId = 1, EndedMs = 0 };

    [Fact]
    public void Reason_NoModelAndActionsStillArriving_Waits() =>
        Assert.Null(RefitSchedule.Reason(Options, new RefitStatus(), 0, 5_000, 4_000, hasModel: false, 0));

    [Fact]
    public void Reason_NoModelAndAQuietMoment_IsTheFirst() =>
        Assert.Equal("first", RefitSchedule.Reason(Options, new RefitStatus(), 0, 5_000, 5_000, hasModel: false, 0));

    [Theory]
    [InlineData(11, "first")]
    [InlineData(9, null)]
    public void Reason_NoModelAfterARefitThatFailed_IsTheFirstAgainAfterAWhile(int minutes, string? reason)
    {
        var failed = new RefitStatus { State = RefitState.Failed, RefitId = 1, EndedMs = 0 };

        Assert.Equal(reason, RefitSchedule.Reason(Options, failed, 0, 5_000, 5_000, hasModel: false, minutes * 60_000L));
    }

    [Fact]
    public void Reason_TooFewActions_IsNone() =>
        Assert.Null(RefitSchedule.Reason(Options, new RefitStatus(), 0, 999, 999, hasModel: false, 0));

    [Theory]
    [InlineData(11_000, 11, "volume")]
    [InlineData(11_000, 9, null)]
    [InlineData(10_999, 11, null)]
    [InlineData(1_001, 24 * 60, "schedule")]
    [InlineData(1_000, 48 * 60, null)]
    public void Reason_AfterARefitUpToAThousand_FollowsVolumeAndInterval(long head, int minutes, string? reason) =>
        Assert.Equal(reason, RefitSchedule.Reason(Options, Completed, 1_000, head, head, hasModel: true, minutes * 60_000L));

    [Fact]
    public void Reason_WhileOneRuns_IsNone() =>
        Assert.Null(RefitSchedule.Reason(Options, new RefitStatus { State = RefitState.Running }, 0, 1_000_000, null, true, long.MaxValue / 2));
}
