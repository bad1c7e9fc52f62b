using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;

namespace RecActors.Hosting;

public sealed class MembershipLeaseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly MembershipRow _table = new();
    private readonly MembershipLease _lease;

    public MembershipLeaseTests() => _lease = new MembershipLease(
        _table,
        _table,
        Options.Create(new MembershipLeaseOptions { Duration = 2 * Second, Probation = 15 * Second }),
        Options.Create(new ClusterMembershipOptions { DeathVoteExpirationTimeout = 60 * Second }),
        _time,
        NullLogger<MembershipLease>.Instance);

    [Fact]
    public async Task IsConfirmed_SeenAsActive_HoldsForTheLease()
    {
        Assert.False(_lease.IsConfirmed);
        await _lease.ConfirmAsync(default);
        Assert.True(_lease.IsConfirmed);
        _time.Advance(2 * Second);
        Assert.False(_lease.IsConfirmed);
    }

    [Fact]
    public async Task IsConfirmed_TableAnswersLate_CountsFromTheQuestion()
    {
        _table.Delay = () => _time.Advance(1.5 * Second);
        await _lease.ConfirmAsync(default);
        Assert.True(_lease.IsConfirmed);
        _time.Advance(0.5 * Second);
        Assert.False(_lease.IsConfirmed);
    }

    [Theory]
    [InlineData(SiloStatus.Dead)]
    [InlineData(SiloStatus.ShuttingDown)]
    public async Task IsConfirmed_NotActiveAnyMore_EndsAtTheLook(SiloStatus status)
    {
        await _lease.ConfirmAsync(default);
        _table.Row.Status = status;
        await _lease.ConfirmAsync(default);
        Assert.False(_lease.IsConfirmed);
    }

    [Fact]
    public async Task IsConfirmed_SuspectedMeanwhile_EndsAtTheLookAndComesBackAfterTheProbation()
    {
        await _lease.ConfirmAsync(default);
        _table.Row.AddSuspector(MembershipRow.Address, _time.GetUtcNow().UtcDateTime);
        await _lease.ConfirmAsync(default);
        Assert.False(_lease.IsConfirmed);

        _table.Row.SuspectTimes = [];
        await PassProbationAsync();
        Assert.True(_lease.IsConfirmed);
    }

    [Theory]
    [InlineData(SiloStatus.Active, true)]
    [InlineData(SiloStatus.Dead, false)]
    public async Task IsActive_WithoutALease_ReadsTheTable(SiloStatus status, bool isActive)
    {
        _table.Row.Status = status;
        Assert.Equal(isActive, await _lease.IsActiveAsync(Second));
        Assert.False(_lease.IsConfirmed);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public async Task IsConfirmed_SuspectedByAnother_WaitsUntilTheVoteHasExpired(int secondsAgo, bool confirmed)
    {
        _table.Row.AddSuspector(MembershipRow.Address, _time.GetUtcNow().UtcDateTime - (secondsAgo * Second));
        await _lease.ConfirmAsync(default);
        Assert.Equal(confirmed, _lease.IsConfirmed);
    }

    [Fact]
    public async Task IsConfirmed_AfterAGap_ComesBackAfterTheProbation()
    {
        await _lease.ConfirmAsync(default);
        _time.Advance(5 * Second);
        await PassProbationAsync();
        Assert.True(_lease.IsConfirmed);
    }

    /// <summary>Looks once a second through the probation, in which none counts, and once after it.</summary>
    private async Task PassProbationAsync()
    {
        for (var second = 0; second < 15; second++)
        {
            await _lease.ConfirmAsync(default);
            Assert.False(_lease.IsConfirmed);
            _time.Advance(Second);
        }

        await _lease.ConfirmAsync(default);
    }
}
