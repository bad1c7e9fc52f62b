using System.Collections.Immutable;
using System.Net;

namespace RecActors.Hosting;

public sealed class MembershipTelemetryTests
{
    [Theory]
    [InlineData(SiloStatus.Active, SiloStatus.Dead, 1)]
    [InlineData(SiloStatus.Joining, SiloStatus.Dead, 1)]
    [InlineData(SiloStatus.ShuttingDown, SiloStatus.Dead, 0)]
    [InlineData(SiloStatus.Stopping, SiloStatus.Dead, 0)]
    [InlineData(SiloStatus.Dead, SiloStatus.Dead, 0)]
    [InlineData(SiloStatus.Active, SiloStatus.ShuttingDown, 0)]
    public void LostBetween_TwoViews_CountsSilosThatDidNotLeaveByThemselves(SiloStatus before, SiloStatus now, int lost) =>
        Assert.Equal(lost, MembershipTelemetry.LostBetween(View(before), View(now)));

    [Fact]
    public void LostBetween_SiloFirstSeenDead_IsNoNews() =>
        Assert.Equal(0, MembershipTelemetry.LostBetween(new([], new MembershipVersion(1)), View(SiloStatus.Dead)));

    private static ClusterMembershipSnapshot View(SiloStatus status)
    {
        var silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 1);
        return new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty.Add(silo, new ClusterMember(silo, status, "silo")), new MembershipVersion(2));
    }
}
